import test, { type ExecutionContext } from 'ava'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pump } from '../../../src/flow/pump.ts'
import { ReadBuffers } from '../../../src/files/read/read-buffers.ts'
import type { PublisherOptions, RefusedEvent } from '../../../src/lumberjack/send/publisher-contract.ts'
import { follow } from '../../helpers/files/followed.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { startPublisher } from '../../helpers/lumberjack/publishers.ts'
import { type FormEnds, endsOf, wireForms } from '../../helpers/lumberjack/wire-forms.ts'
import type { SeenWindow } from '../../helpers/lumberjack/seen-windows.ts'
import { type ScriptedConnection, startScriptedServer } from '../../helpers/peers/scripted-server.ts'
import { until } from '../../helpers/time/until.ts'

const CHUNK_BYTES = 4096
const LINES = 6000
const LIMITS = { chunkBytes: CHUNK_BYTES, batchLines: 150 }

/** Its number, and its length by its number: no line is a part of another one. */
function makeLine(i: number): string {
  return `line ${i} ${'.'.repeat((i * 7) % 80)}`
}

const text = Array.from({ length: LINES }, (_, i) => `${makeLine(i)}\n`).join('')

interface Shipping {
  readonly path: string
  readonly servers: readonly { readonly windows: readonly SeenWindow[] }[]
  readonly stop: AbortController
  readonly giveUp: AbortController
  readonly ended: Promise<void>
  readonly buffers: ReadBuffers
  readonly returned: () => number
}

type Script = (connection: ScriptedConnection, index: number) => Promise<void>

/** Ships a file through the pump; each buffer that comes back is overwritten. */
async function ship(
  t: ExecutionContext,
  scripts: readonly Script[],
  { ends, ...change }: Partial<PublisherOptions> & { readonly ends?: FormEnds } = {},
): Promise<Shipping> {
  const directory = await makeTempDir(t)
  const path = join(directory, 'log')
  await writeFile(path, text)
  let returned = 0
  const buffers = new ReadBuffers(CHUNK_BYTES, buffer => {
    buffer.fill(0x58)
    returned++
  })
  const { source } = follow(t, directory, { readBuffers: buffers, limits: LIMITS })
  const servers = await Promise.all(scripts.map(script => startScriptedServer(t, script, ends?.server)))
  const publisher = startPublisher(t, servers, {
    backoff: { firstMs: 1, maxMs: 5 },
    windowsInFlight: 3,
    balance: 'all',
    ...ends?.publisher,
    ...change,
  })
  const [stop, giveUp] = [new AbortController(), new AbortController()]
  const limits = { undelivered: publisher.capacity, uncommitted: 1000 }
  const ended = pump(source, publisher, { limits, stop: stop.signal, giveUp: giveUp.signal })
  ended.catch(() => {}) // a test that gives up looks at it
  await source.poll()
  return { path, servers, stop, giveUp, ended, buffers, returned: () => returned }
}

/** All lines that came, each as often as it came; throws where one is not that of the file at its offset. */
function readLines({ servers }: Shipping): string[] {
  const bytes = Buffer.from(text)
  return servers.flatMap(({ windows }) =>
    windows.flatMap(({ events }) =>
      events.map(({ fields }) => {
        const { offset } = fields['log'] as { offset: number }
        const line = String(fields['message'])
        const there = bytes.toString('utf8', offset, bytes.indexOf('\n', offset))
        if (line !== there) throw new Error(`at ${offset} there is ${there}, and ${line} came`)
        return line
      }),
    ),
  )
}

async function stopOnceAcked(t: ExecutionContext, shipping: Shipping): Promise<void> {
  await until(() => new Set(readLines(shipping)).size === LINES, 'all lines came')
  shipping.stop.abort()
  await shipping.ended
  t.is(new Set(readLines(shipping)).size, LINES)
  t.true(shipping.returned() > 20)
}

type Answer = 'go on' | 'end'

async function eachWindow(
  connection: ScriptedConnection,
  answer: (window: SeenWindow, i: number) => Promise<Answer> | Answer,
): Promise<void> {
  let i = 0
  for (let window = await connection.window(); window !== undefined; window = await connection.window()) {
    if ((await answer(window, i++)) === 'end') return void connection.socket.destroy()
  }
}

const ackAll: Script = connection =>
  eachWindow(connection, ({ count }) => {
    connection.ack(count)
    return 'go on'
  })

/** Acks a part of the window and ends the connection, two of three times. */
const ackInPart: Script = (connection, index) =>
  eachWindow(connection, ({ count }, i) => {
    const isPart = i === 1 && index % 3 !== 2
    connection.ack(isPart ? Math.ceil(count / 2) : count)
    return isPart ? 'end' : 'go on'
  })

/** Ends connections without an answer. */
const goAway: Script = (connection, index) =>
  eachWindow(connection, ({ count }, i) => {
    if (i === 2 && index % 2 === 0) return 'end'
    connection.ack(count)
    return 'go on'
  })

/** Later than the other server. */
const ackLate: Script = connection =>
  eachWindow(connection, async ({ count }): Promise<Answer> => {
    await new Promise(resolve => setTimeout(resolve, 15))
    connection.ack(count)
    return 'go on'
  })

for (const [ending, scripts] of [
  ['acked', [ackAll]],
  ['acked in part and sent again', [ackInPart]],
  ['lost with its connection and sent again', [goAway]],
  ['acked before an earlier one', [ackAll, ackLate]],
  ['sent again to another server', [goAway, ackInPart, ackLate]],
] as const) {
  for (const form of wireForms)
    test(`no line is overwritten while its batch may be sent: batches ${ending} (${form})`, async t => {
      const shipping = await ship(t, scripts, { ends: await endsOf(t, form) })
      await stopOnceAcked(t, shipping)
      t.is(shipping.buffers.lentCount, 0)
      const windows = shipping.servers.flatMap(server => server.windows)
      t.is(
        windows.some(({ runFrames }) => runFrames > 0),
        form !== 'lumberjack',
      )
    })
}

const REFUSED = 777

/** Ends each connection at one line, which no server takes. */
const refuse: Script = connection =>
  eachWindow(connection, ({ count, events }) => {
    if (events.some(({ fields }) => fields['message'] === makeLine(REFUSED))) return 'end'
    connection.ack(count)
    return 'go on'
  })

test('no line is overwritten while its batch may be sent: batches with a line that is refused and passed by', async t => {
  const refused: RefusedEvent[] = []
  const keepRefused = async (event: RefusedEvent) => String(refused.push(event))
  const shipping = await ship(t, [refuse], { keepRefused })
  await stopOnceAcked(t, shipping)
  t.deepEqual(
    refused.map(({ payload }) => (JSON.parse(payload.toString()) as { message: string }).message),
    [makeLine(REFUSED)],
  )
  t.is(shipping.buffers.lentCount, 0)
})

test('no line is overwritten while its batch may be sent: batches of a file that is deleted', async t => {
  const shipping = await ship(t, [goAway, ackLate])
  await until(() => readLines(shipping).length > 0, 'a window came')
  await rm(shipping.path)
  await stopOnceAcked(t, shipping)
})

const answerNothing: Script = connection => eachWindow(connection, () => 'go on')

test('the buffers of a batch that is given up are not used again', async t => {
  const shipping = await ship(t, [answerNothing])
  await until(() => readLines(shipping).length > 0, 'a window came')
  shipping.stop.abort()
  shipping.giveUp.abort()
  await t.throwsAsync(shipping.ended)
  t.is(shipping.returned(), 0)
  t.true(shipping.buffers.lentCount > 0)
})
