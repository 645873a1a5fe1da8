import { appendFile, mkdir, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { judge } from '../../../src/demo/verdict.ts'
import { readRegistry } from '../../../src/registry/load-registry.ts'
import { searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { makeAccessLog } from '../../helpers/files/access-log.ts'
import { runProgram } from '../../helpers/process/command-line.ts'
import { startMigrated } from '../../helpers/process/migrated.ts'
import { startFilebeat } from '../../helpers/peers/filebeat.ts'
import { makePair } from '../../helpers/process/roles.ts'
import { until } from '../../helpers/time/until.ts'

const everything = { text: '', fields: [], limit: 0 }
const LINES = 30_000

const inputs = {
  log: (paths: string) => [
    '- type: log',
    `  paths: ["${paths}"]`,
    '  scan_frequency: 200ms',
    '  fields: {service: shop}',
    '  fields_under_root: true',
  ],
  filestream: (paths: string) => [
    '- type: filestream',
    '  id: access',
    `  paths: ["${paths}"]`,
    '  prospector.scanner.check_interval: 200ms',
    '  fields: {service: shop}',
    '  fields_under_root: true',
  ],
}

test.serial("after Filebeat's input log each line is stored once, while the files are written and rotated", async t => {
  await takeOver(t, inputs.log, LINES)
})

// Filebeat 7.17 now and then hangs when its input filestream is stopped while it has lines, and forgets some acks: so it has none.
test.serial("after Filebeat's input filestream each line is stored once, over rotations before and after", async t => {
  await takeOver(t, inputs.filestream, 10_000)
})

/** Filebeat is there while the first `before` lines are written, and stopped in between where those are all. */
async function takeOver(
  t: ExecutionContext,
  input: (paths: string) => readonly string[],
  before: number,
): Promise<void> {
  const pair = await makePair(t)
  const collector = await pair.startCollector()
  await collector.ready()
  const output = JSON.parse(await readFile(join(pair.dir, 'agent.json'), 'utf8')) as AgentFile
  const { certificate, key, ca } = output.network.tls
  const dir = join(pair.dir, 'filebeat')
  await mkdir(dir)
  const filebeat = await startFilebeat(t, {
    dir,
    inputs: input(`${pair.logFile}*`),
    output: [
      `hosts: ["${output.network.servers[0]}"]`,
      `ssl: {certificate_authorities: ["${ca}"], certificate: "${certificate}", key: "${key}"}`,
      'bulk_max_size: 500',
    ],
  })
  const written = writeRotating(pair.logFile, 1, before)
  const stored = async () => (await judge(searchEmbedded(pair.storePath, everything), LINES)).stored
  const isWhole = before < LINES
  await until(async () => (await stored()) >= (isWhole ? before : 4000), 'Filebeat has sent a part', 60_000)
  if (isWhole) await until(() => hasWrittenDown(filebeat.registryDir, pair.logFile), 'Filebeat has written it down')
  await filebeat.stop()
  const sentByFilebeat = await stored()
  const target = ['--output', join(pair.dir, 'forwarder.json'), '--state-dir', join(pair.dir, 'taken-over')]
  const migrated = await runProgram([
    'migrate',
    'filebeat',
    '--config',
    filebeat.configPath,
    '--registry',
    filebeat.registryDir,
    ...target,
  ])
  t.is(migrated.code, 0, migrated.err)
  const records = readRegistry(join(pair.dir, 'taken-over/registry.db')).files
  t.true(records.some(({ offset }) => offset > 0))
  const configPath = join(pair.dir, 'forwarder.json')
  t.is((await runProgram(['check', '--config', configPath])).code, 0)
  const agent = await startMigrated(t, configPath)
  await written
  if (isWhole) await writeRotating(pair.logFile, before + 1, LINES)
  await until(async () => (await stored()) >= LINES, 'all is stored', 60_000)
  await addsUpIn(t, agent)
  t.is(await agent.stop(), 0)
  t.is(await collector.stop(), 0)
  t.true(sentByFilebeat < LINES, 'it was stopped in the middle')
  t.deepEqual(await judge(searchEmbedded(pair.storePath, everything), LINES), { stored: LINES, lost: 0, twice: 0 })
}

/** Lines `from` to `to` in small pieces; after each 4000 the file is renamed away. */
async function writeRotating(path: string, from: number, to: number): Promise<void> {
  for (let at = from; at <= to; at += 250) {
    await appendFile(path, makeAccessLog(at, Math.min(at + 250, to + 1)))
    await sleep(10)
    if (at % 4000 === 1 && at > 1) await rename(path, `${path}.${(at - 1) / 4000}`)
  }
}

async function hasWrittenDown(registryDir: string, logFile: string): Promise<boolean> {
  const { size } = await stat(logFile)
  const log = await readFile(join(registryDir, 'filebeat/log.json'), 'utf8')
  return log.includes(`"offset":${size}}`)
}

interface AgentFile {
  readonly network: {
    readonly servers: readonly string[]
    readonly tls: { readonly certificate: string; readonly key: string; readonly ca: string }
  }
}
