import { appendFile, cp, mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { readAccessLogNumber } from '../../../src/demo/access-log.ts'
import { countEmbedded, searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { makeAccessLog } from '../../helpers/files/access-log.ts'
import { startMigrated } from '../../helpers/process/migrated.ts'
import { runProgram } from '../../helpers/process/command-line.ts'
import { type Filebeat, startFilebeat } from '../../helpers/peers/filebeat.ts'
import { makePair, type Pair } from '../../helpers/process/roles.ts'
import { until } from '../../helpers/time/until.ts'

const LINES = 10_000
/** In each event, of who sent it. */
type Sender = 'filebeat' | 'forwarder' | 'filebeat again'

/** How it identifies files; fingerprints are the default of 9.0 and later. */
const identities = {
  native: [],
  fingerprint: [
    '  file_identity.fingerprint: ~',
    '  prospector.scanner.fingerprint: {enabled: true, offset: 32, length: 512}',
  ],
} as const
type Identity = keyof typeof identities

for (const [signal, identity] of [
  ['SIGKILL', 'native'],
  ['SIGTERM', 'fingerprint'],
] as const) {
  test.serial(
    `where ${signal} ends Filebeat's filestream (${identity}) under load, the agent sends once what Filebeat itself would send next, and nothing is lost`,
    async t => {
      const pair = await makePair(t)
      const collector = await pair.startCollector()
      await collector.ready()
      const filebeat = await startSender(t, pair, ['filebeat', identity])
      const written = writeRotating(pair.logFile)
      await until(() => countStored(pair) >= 2000, 'Filebeat has sent a part', 60_000)
      await filebeat.kill(signal)
      const before = new Set(await sentBy(pair, 'filebeat'))
      t.true(before.size < LINES, 'it was ended in the middle')
      await written

      const configPath = await migrate(t, pair, filebeat)
      await runAgent(t, pair, configPath)
      const ours = await sentBy(pair, 'forwarder')
      t.is(ours.length, new Set(ours).size, 'each line once')
      t.is(new Set([...before, ...ours]).size, LINES, 'nothing is lost')

      // Filebeat's own next run, from the same registry, sends the very same lines.
      await cp(filebeat.registryDir, join(pair.dir, 'filebeat again/registry'), { recursive: true })
      const enough = countStored(pair) + ours.length
      const again = await startSender(t, pair, ['filebeat again', identity])
      const next = async () => new Set(await sentBy(pair, 'filebeat again'))
      const hasSent = async () => countStored(pair) >= enough && (await next()).size >= ours.length
      await until(hasSent, 'Filebeat has sent the rest', 60_000)
      await again.kill('SIGKILL')
      t.deepEqual(sorted(await next()), sorted(ours))
      t.log(
        `${before.size} from Filebeat, ${ours.length} from the agent, ${before.size + ours.length - LINES} of them twice`,
      )
      t.is(await collector.stop(), 0)
    },
  )
}

async function startSender(
  t: ExecutionContext,
  { dir, logFile }: Pair,
  [sender, identity]: readonly [Sender, Identity],
): Promise<Filebeat> {
  const { network } = JSON.parse(await readFile(join(dir, 'agent.json'), 'utf8')) as AgentFile
  const { certificate, key, ca } = network.tls
  await mkdir(join(dir, sender), { recursive: true })
  return await startFilebeat(t, {
    dir: join(dir, sender),
    inputs: [
      '- type: filestream',
      '  id: access',
      `  paths: ["${logFile}*"]`,
      '  prospector.scanner.check_interval: 200ms',
      ...identities[identity],
      `  fields: {sender: ${sender}}`,
      '  fields_under_root: true',
    ],
    output: [
      `hosts: ["${network.servers[0]}"]`,
      `ssl: {certificate_authorities: ["${ca}"], certificate: "${certificate}", key: "${key}"}`,
      'bulk_max_size: 500',
    ],
  })
}

/** Small pieces; after each 4000 lines the file is renamed away. */
async function writeRotating(path: string): Promise<void> {
  for (let at = 1; at <= LINES; at += 250) {
    await appendFile(path, makeAccessLog(at, at + 250))
    await sleep(10)
    if (at % 4000 === 1 && at > 1) await rename(path, `${path}.${(at - 1) / 4000}`)
  }
}

async function migrate(t: ExecutionContext, { dir }: Pair, { configPath, registryDir }: Filebeat): Promise<string> {
  const output = join(dir, 'forwarder.json')
  const from = ['--config', configPath, '--registry', registryDir]
  const to = ['--output', output, '--state-dir', join(dir, 'taken-over')]
  const { code, err } = await runProgram(['migrate', 'filebeat', ...from, ...to])
  t.is(code, 0, err)
  t.is((await runProgram(['check', '--config', output])).code, 0)
  return output
}

/** Until it has nothing left to send. */
async function runAgent(t: ExecutionContext, pair: Pair, configPath: string): Promise<void> {
  const agent = await startMigrated(t, configPath)
  const all = async () => new Set([...(await sentBy(pair, 'filebeat')), ...(await sentBy(pair, 'forwarder'))]).size
  await until(async () => countStored(pair) >= LINES && (await all()) === LINES, 'all is stored', 60_000)
  await addsUpIn(t, agent)
  t.is(await agent.stop(), 0)
}

const sorted = (numbers: Iterable<number>) => [...numbers].toSorted((a, b) => a - b)

/** Cheaper than to look at each. */
function countStored({ storePath }: Pair): number {
  return countEmbedded(storePath).rows
}

async function sentBy({ storePath }: Pair, sender: Sender): Promise<readonly number[]> {
  const numbers: number[] = []
  for await (const { document } of searchEmbedded(storePath, { text: '', fields: [], limit: 0 })) {
    const { agent, message, sender: said } = document as unknown as Stored
    const isOurs = agent.type === 'forwarder'
    if ((isOurs ? 'forwarder' : said) === sender) numbers.push(readAccessLogNumber(message))
  }
  return numbers
}

interface Stored {
  readonly agent: { readonly type: string }
  readonly message: string
  readonly sender: Sender
}

interface AgentFile {
  readonly network: {
    readonly servers: readonly string[]
    readonly tls: { readonly certificate: string; readonly key: string; readonly ca: string }
  }
}
