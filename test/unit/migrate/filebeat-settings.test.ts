import { randomBytes } from 'node:crypto'
import { readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import type { FileGroup } from '../../../src/files/contract.ts'
import { openRegistry } from '../../../src/registry/registry.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { addsUp } from '../../helpers/files/byte-account.ts'
import { cursorAt, fingerprintKey, makeStore, set, sha256 } from '../../helpers/files/filebeat-registry.ts'
import { follow, history, toText } from '../../helpers/files/followed.ts'
import { runInside } from '../../helpers/process/command-line.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

/** Migrates from inputs in YAML; gives the configuration that was written, and the report. */
async function migrate(t: ExecutionContext, yaml: readonly string[], registry: Readonly<Record<string, string>> = {}) {
  const dir = await makeTempDir(t)
  const [path, output, stateDir] = ['filebeat.yml', 'forwarder.json', 'state'].map(name => join(dir, name)) as Three
  await writeFile(path, `output.logstash.hosts: [a]\nhostname: web1\nfilebeat.inputs: [${yaml.join(', ')}]\n`)
  const from = ['--config', path, '--registry', await makeStore(t, registry)]
  const { code, out, err } = await runInside([
    'migrate',
    'filebeat',
    ...from,
    '--output',
    output,
    '--state-dir',
    stateDir,
  ])
  t.is(code, 0, err)
  t.is((await runInside(['check', '--config', output])).code, 0)
  return { config: JSON.parse(await readFile(output, 'utf8')) as Migrated, stateDir, out }
}

type Three = [string, string, string]

interface Migrated {
  readonly host: string
  readonly holdTime?: string
  readonly files: readonly { readonly archives?: boolean; readonly exclude?: readonly string[] }[]
}

test('settings of newer Filebeat releases are converted or named', async t => {
  const settings = [
    'delete.enabled: true',
    'prospector.scanner.include_files: [x]',
    'close.on_state_change: {renamed: true, removed: true, inactive: 10m}',
    'close.reader.on_eof: true',
    'read_until_eof.enabled: true',
    'backoff.max: 5s',
    'ignore_inactive: since_last_start',
    String.raw`rotation.external.strategy.copytruncate.suffix_regex: '\.\d$'`,
  ]
  const dir = await makeTempDir(t)
  const { config, out } = await migrate(t, [`{type: filestream, paths: ["${dir}/*.log*"], ${settings.join(', ')}}`])
  t.like(config, { host: 'web1', files: [{ 'dead time': '10m' }] })
  for (const said of [
    /include_files: .*ARE followed/u,
    /never deleted/u,
    /left out .*renamed: a renamed file is read to its end/u,
    /left out .*removed: a deleted file is read to its end/u,
    /left out .*on_eof: a file that does not change is closed after "dead time"/u,
    /left out .*read_until_eof\.enabled: the next start continues/u,
    /left out .*backoff\.max: /u,
    /left out .*ignore_inactive: files that it left out ARE followed/u,
    /left out .*suffix_regex: copies of truncated files are recognised/u,
  ])
    t.regex(out, said)
})

for (const [setting, archives] of [
  ['compression: auto', true],
  ['compression: gzip', true],
  ['gzip_experimental: true', true],
  ['gzip_experimental: false', undefined],
  ['compression: ""', undefined],
] as const) {
  test(`an input with ${setting} becomes ${archives === undefined ? 'one without archives' : 'one with archives'}`, async t => {
    const { config, out } = await migrate(t, [`{type: filestream, paths: [/var/log/app/*.log*], ${setting}}`])
    t.is(config.files[0]?.archives, archives)
    t.is(config.files[0]?.exclude, undefined)
    t.is(/taken over .*: archives: true/u.test(out), archives === true)
  })
}

for (const [law, limits, holdTime] of [
  ['a limit on how long files are open becomes holdTime', ['close_timeout: 5m'], '5m'],
  ['the longest of several limits becomes holdTime', ['close_timeout: 90', 'close.reader.after_interval: 1h'], '1h'],
  ['holdTime is at least a second', ['close_timeout: 10ms'], '1s'],
  ['a limit that not all inputs have is left out', ['close_timeout: 5m', 'max_bytes: 1MB'], undefined],
  ['a limit of 0 is none', ['close_timeout: 0'], undefined],
] as const) {
  test(`after a migration from Filebeat, ${law}`, async t => {
    const yaml = limits.map((limit, i) => `{type: log, paths: [/var/log/app/${i}.log], ${limit}}`)
    const { config, out } = await migrate(t, yaml)
    t.is(config.holdTime, holdTime)
    t.is(/taken over .*: holdTime: /u.test(out), holdTime !== undefined)
    t.is(
      /left out .*close_timeout: holdTime would also limit/u.test(out),
      limits.length === 2 && holdTime === undefined,
    )
  })
}

const archived = (name: string) => toText(history.map(line => `${name}: ${line}`))

/** What the agent reads first from its state directory. */
async function readAll(t: ExecutionContext, stateDir: string, group: Partial<FileGroup>): Promise<readonly string[]> {
  const registry = await openRegistry({ stateDir, durability: 'process', onLostState: 'stop', log: silentLog })
  t.teardown(() => registry.close())
  const followed = follow(t, '/', { registry, groups: [group] })
  const texts: string[] = []
  for (let i = 0; i < 10; i++) {
    texts.push(...(await followed.readTexts()))
    followed.pass(5000)
  }
  addsUp(t, followed.source.status())
  return texts
}

test('archives that Filebeat had read are not sent again, one that it was reading continues, and others are sent', async t => {
  const dir = await makeTempDir(t)
  const texts = { read: archived('read'), part: archived('part'), fresh: archived('fresh'), old: archived('old') }
  for (const [name, text] of Object.entries(texts)) await writeFile(join(dir, `${name}.log.1.gz`), gzipSync(text))
  await utimes(join(dir, 'old.log.1.gz'), 1_000_000_000, 1_000_000_000)
  const half = texts.part.indexOf('line 30')
  const entry = (id: number, name: 'read' | 'part', offset: number) =>
    set(id, fingerprintKey(sha256(texts[name].slice(0, 1024))), cursorAt(join(dir, `${name}.log`), offset))
  const log = entry(1, 'read', texts.read.length) + entry(2, 'part', half)
  const input = `{type: filestream, id: a, paths: ["${dir}/*.log*"], compression: auto, ignore_older: 24h}`
  const { stateDir, out } = await migrate(t, [input], { 'log.json': log })
  t.regex(out, /old\.log\.1\.gz: it was too old for the old program/u)
  const lines = await readAll(t, stateDir, { paths: [join(dir, '*.log*')], archives: true })
  const rest = history.slice(30).map(line => `part: ${line}`)
  t.deepEqual(lines.toSorted(), [...rest, ...history.map(line => `fresh: ${line}`)].toSorted())
})

for (const [law, isKnown] of [
  ['that Filebeat was reading', true],
  ['that was too old for Filebeat', false],
] as const) {
  test(`an archive ${law} and that cannot be decompressed is named`, async t => {
    const dir = await makeTempDir(t)
    const text = archived('cut')
    const path = join(dir, 'cut.log.1.gz')
    await writeFile(path, gzipSync(text + randomBytes(4096).toString('hex')).subarray(0, -100))
    await utimes(path, 1_000_000_000, 1_000_000_000)
    const log = isKnown ? set(1, fingerprintKey(sha256(text.slice(0, 1024))), cursorAt(path, 50)) : ''
    const input = `{type: filestream, id: a, paths: ["${dir}/*.log*"], compression: auto, ignore_older: 24h}`
    const { out } = await migrate(t, [input], { 'log.json': log })
    t.regex(out, /cut\.log\.1\.gz: cannot decompress it \(.*\); once that is possible it is sent from its beginning/u)
  })
}
