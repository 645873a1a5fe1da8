import test, { type ExecutionContext } from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LineBatch } from '../../../src/flow/line-batch.ts'
import { issueClientCertificate } from '../../../src/tls/file-authority.ts'
import { hashName } from '../../../src/tls/name-hash.ts'
import { makeBatch, makeOrigin, makeRun } from '../../helpers/lumberjack/line-batches.ts'
import { type TestPublisher, startPublisher } from '../../helpers/lumberjack/publishers.ts'
import { startTestReceiver } from '../../helpers/lumberjack/receivers.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { startTcpGate } from '../../helpers/peers/tcp-gate.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'
import { until } from '../../helpers/time/until.ts'

const BATCHES = 60
const LINES = 10

/** What the machine had journaled and not got an ack for when it was cloned. */
const JOURNALED = 5

/** Lines of one agent: the first batches are those of the machine of which both are clones. */
function batchesOf(agent: string, nameHash: string): LineBatch[] {
  return Array.from({ length: BATCHES }, (_, index) => {
    const isShared = index < JOURNALED
    const author = isShared ? 'both' : agent
    const origin = makeOrigin({ fileId: nameHash + author.padEnd(16, 'A'), path: '/var/log/app.log' })
    const lines = Array.from({ length: LINES }, (__, line) => `${author} ${index * LINES + line}\n`)
    const doubt = isShared && { doubtfulSinceMs: Date.UTC(2026, 0, 1) }
    return makeBatch([makeRun(lines, { origin, offset: index * 1_000_000 })], { sequence: index + 1, ...doubt })
  })
}

/** As fast as it is acked, two at a time. */
async function sendAll(publisher: TestPublisher, batches: readonly LineBatch[]): Promise<void> {
  const rest = [...batches]
  const one = async () => {
    for (let batch = rest.shift(); batch !== undefined; batch = rest.shift()) await publisher.send(batch)
  }
  await Promise.all([one(), one()])
}

interface Twins {
  readonly t: ExecutionContext
  readonly names: readonly [string, string]
  readonly nameHashes: readonly [string, string]
}

/** Sends over connections that are cut again and again; returns the stored message of each id. */
async function sendAsTwins({ t, names, nameHashes }: Twins): Promise<Map<string, string>> {
  const dir = await makeTempDir(t)
  const { ca, server, client } = await makeCertificates(dir)
  const other = await issueClientCertificate({ dir: `${dir}/tls`, name: 'other' })
  const { port, sink, receiver } = await startTestReceiver(t, { tls: { ...server, ca }, keepaliveMs: 50 })
  const gates = [await startTcpGate(t, port), await startTcpGate(t, port)]
  const agents = gates.map((gate, i) => {
    const certificate = names[i] === 'other' ? other : client
    const tls = { ...certificate, ca }
    return startPublisher(t, [{ host: 'localhost', port: gate.port }], { host: 'web1', tls, timeoutMs: 2000 })
  })
  const batches = agents.map((_, i) => batchesOf(`agent${i}`, hashName(nameHashes[i] as string)))
  const sent = Promise.all(agents.map((agent, i) => sendAll(agent, batches[i] as LineBatch[])))
  for (let cut = 0; cut < 8; cut++) {
    const before = sink.batches.length
    await until(() => sink.batches.length > before + 3 || agents.every(isDone), 'batches arrive')
    const gate = gates[cut % 2]
    gate?.swallowAnswers()
    await sleep(30)
    gate?.close()
    gate?.open()
  }
  await sent
  t.true(receiver.status().connectionsAccepted > 4, 'connections were cut')
  t.true(
    agents.every(agent => agent.status().eventsResent > 0),
    'both sent again',
  )
  const stored = new Map<string, string>()
  for (const { events } of sink.batches)
    for (const { id, bytes, start, end } of events) {
      const { message } = JSON.parse(bytes.toString('utf8', start, end)) as { message: string }
      t.is(stored.get(id) ?? message, message, `${id} is one line`)
      stored.set(id, message)
    }
  return stored
}

function isDone(agent: TestPublisher): boolean {
  return agent.status().eventsAcked >= BATCHES * LINES
}

const SHARED = JOURNALED * LINES
const OWN = BATCHES * LINES - SHARED
const ownLines = (agent: string) => Array.from({ length: OWN }, (_, i) => `${agent} ${i + SHARED}`)
const sharedLines = Array.from({ length: SHARED }, (_, i) => `both ${i}`)

test('two clones of one machine with one certificate that send at once lose no line and double none', async t => {
  const stored = await sendAsTwins({ t, names: ['agent', 'agent'], nameHashes: ['agent', 'agent'] })
  const expected = [...sharedLines, ...ownLines('agent0'), ...ownLines('agent1')]
  t.deepEqual([...stored.values()].toSorted(), expected.toSorted())
})

test('two clones of one machine that have certificates of different names lose no line, and double only what was journaled under the other name', async t => {
  const stored = await sendAsTwins({ t, names: ['agent', 'other'], nameHashes: ['agent', 'agent'] })
  const messages = [...stored.values()]
  t.deepEqual(
    messages.filter(message => !message.startsWith('both')).toSorted(),
    [...ownLines('agent0'), ...ownLines('agent1')].toSorted(),
  )
  t.deepEqual(
    messages.filter(message => message.startsWith('both')).toSorted(),
    [...sharedLines, ...sharedLines].toSorted(),
  )
})

test('two machines of one host name with certificates of their own lose no line and double none', async t => {
  const stored = await sendAsTwins({ t, names: ['agent', 'other'], nameHashes: ['agent', 'other'] })
  const expected = [...sharedLines, ...sharedLines, ...ownLines('agent0'), ...ownLines('agent1')]
  t.deepEqual([...stored.values()].toSorted(), expected.toSorted())
})
