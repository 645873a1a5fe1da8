import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test from 'ava'
import { searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { runProgram } from '../../helpers/process/command-line.ts'
import { startMigrated } from '../../helpers/process/migrated.ts'
import { makePair, type Pair } from '../../helpers/process/roles.ts'
import { until } from '../../helpers/time/until.ts'

interface OldFile {
  readonly name: string
  readonly end: '\r\n' | '\n'
  readonly lines: readonly string[]
  /** How many of them logstash-forwarder had acked; undefined: it never saw the file. */
  readonly acked?: number
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`)

const files: readonly OldFile[] = [
  { name: 'part.log', end: '\r\n', lines: numbered(400), acked: 150 },
  { name: 'all.log', end: '\r\n', lines: numbered(50), acked: 50 },
  { name: 'none.log', end: '\r\n', lines: numbered(50), acked: 0 },
  { name: 'before-empty.log', end: '\r\n', lines: ['one', '', '', 'four'], acked: 1 },
  { name: 'after-empty.log', end: '\r\n', lines: ['one', '', '', 'four'], acked: 2 },
  { name: 'unseen.log', end: '\r\n', lines: numbered(20) },
  { name: 'unix.log', end: '\n', lines: numbered(50), acked: 20 },
]

test('lines that end with CR LF are neither sent again nor skipped after a migration from logstash-forwarder', async t => {
  const pair = await makePair(t)
  const logs = dirname(pair.logFile)
  const entries: Record<string, unknown> = {}
  for (const file of files) {
    const path = join(logs, file.name)
    await writeFile(path, file.lines.map(line => line + file.end).join(''))
    const { ino, dev } = await stat(path)
    if (file.acked !== undefined) {
      const offset = offsetAfter(file, file.acked)
      entries[path] = { source: path, ...(offset > 0 && { offset }), inode: ino, device: dev }
    }
  }
  const [config, registry] = [join(pair.dir, 'logstash-forwarder.conf'), join(pair.dir, '.logstash-forwarder')]
  await writeFile(config, await oldConfiguration(pair))
  await writeFile(registry, `${JSON.stringify(entries)}\n`)
  const configPath = join(pair.dir, 'forwarder.json')
  const target = ['--output', configPath, '--state-dir', join(pair.dir, 'taken-over')]
  const migrated = await runProgram([
    'migrate',
    'logstash-forwarder',
    '--config',
    config,
    '--registry',
    registry,
    ...target,
  ])
  t.is(migrated.code, 0, migrated.err)
  t.is(migrated.out.match(/which is inside a line; moved to the start of one/gu)?.length, 4)
  t.is((await runProgram(['check', '--config', configPath])).code, 0)

  const collector = await pair.startCollector()
  await collector.ready()
  const added: string[] = []
  for (const more of [['more 1', ''], ['more 2']]) {
    const agent = await startMigrated(t, configPath)
    await appendAll(logs, more)
    added.push(...more)
    const expected = expectedLines(added)
    await until(async () => (await storedLines(pair)).length >= expected.length, 'all is stored', 60_000)
    await addsUpIn(t, agent)
    t.is(await agent.stop(), 0)
    t.deepEqual(await storedLines(pair), expected)
  }
  t.is(await collector.stop(), 0)
})

/** As logstash-forwarder counts it: from the start of the last line that was acked, its text and one byte. */
function offsetAfter({ lines, end }: OldFile, acked: number): number {
  const last = lines[acked - 1]
  if (last === undefined) return 0
  const start = lines.slice(0, acked - 1).reduce((bytes, line) => bytes + line.length + end.length, 0)
  return start + last.length + 1
}

async function oldConfiguration({ dir, logFile }: Pair): Promise<string> {
  const { network } = JSON.parse(await readFile(join(dir, 'agent.json'), 'utf8')) as {
    readonly network: { readonly servers: readonly string[]; readonly tls: Readonly<Record<string, string>> }
  }
  const { certificate, key, ca } = network.tls
  return JSON.stringify({
    network: { servers: network.servers, 'ssl certificate': certificate, 'ssl key': key, 'ssl ca': ca, timeout: 15 },
    files: [{ paths: [`${dirname(logFile)}/*.log`], fields: { type: 'iis' } }],
  })
}

async function appendAll(logs: string, lines: readonly string[]): Promise<void> {
  for (const { name, end } of files) await appendFile(join(logs, name), lines.map(line => line + end).join(''))
}

function expectedLines(more: readonly string[]): readonly string[] {
  return files
    .flatMap(({ name, lines, acked = 0 }) => [...lines.slice(acked), ...more].map(line => `${name}: ${line}`))
    .toSorted()
}

async function storedLines({ storePath }: Pair): Promise<readonly string[]> {
  const hits = searchEmbedded(storePath, { text: '', fields: [], limit: 0 })
  const lines: string[] = []
  for await (const { document } of hits) {
    const { log, message } = document as { log: { file: { path: string } }; message: string }
    lines.push(`${log.file.path.split('/').at(-1) ?? ''}: ${message}`)
  }
  return lines.toSorted()
}
