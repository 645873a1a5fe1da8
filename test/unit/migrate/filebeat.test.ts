import { mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test from 'ava'
import { toExcludeGlobs } from '../../../src/migrate/filebeat/exclude-files-globs.ts'
import { readFilebeatRegistry } from '../../../src/migrate/filebeat/registry.ts'
import { readFilebeatStore } from '../../../src/migrate/filebeat/registry-files.ts'
import { readRegistry } from '../../../src/registry/load-registry.ts'
import { cursorAt, fingerprintKey, makeStore, set, sha256 } from '../../helpers/files/filebeat-registry.ts'
import { runInside } from '../../helpers/process/command-line.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const inputs = {
  hasLog: true,
  filestreams: new Map([
    ['a::b', { start: 0, length: 1024 }],
    ['.global', { start: 0, length: 1024 }],
  ]),
}

test('the log of operations follows the newest checkpoint, and older operations are ignored', async t => {
  const dir = await makeStore(t, {
    '3.json': '[{"_key":"x","offset":1},\n{"_key":"y","offset":2}\n]',
    '12.json': '[{"_key":"x","offset":10}]',
    'log.json': set(12, 'x', { offset: 1 }) + set(13, 'z', { offset: 3 }) + '{"op":"remove","id":14}\n{"k":"x"}\n',
  })
  const { entries, warnings } = readFilebeatStore(dir)
  t.deepEqual([...entries], [['z', { offset: 3 }]])
  t.deepEqual(warnings, [])
})

for (const [law, tail, warning] of [
  ['a last line that was cut off', '{"op":"set","id":2}\n{"k":"b","v":{"off', /operation 2 is incomplete/],
  ['a missing second line', '{"op":"set","id":2}\n', /operation 2 is incomplete/],
  ['a gap in the numbers', set(5, 'b', {}), /operation 2 is missing/],
  ['a line that is not JSON', 'what\never\n', /operation 2 is incomplete/],
] as const) {
  test(`${law} ends the log of operations, and is reported`, async t => {
    const { entries, warnings } = readFilebeatStore(
      await makeStore(t, { 'log.json': set(1, 'a', { offset: 1 }) + tail }),
    )
    t.deepEqual([...entries.keys()], ['a'])
    t.regex(warnings.join(), warning)
  })
}

test('a Filebeat registry of an unknown version, with a damaged checkpoint or in another directory is refused with a sentence', async t => {
  const newer = await makeStore(t, { 'meta.json': '{"version":"2"}' })
  t.throws(() => readFilebeatStore(newer), { code: 'MIGRATE', message: /has version "2"/ })
  const damaged = await makeStore(t, { '1.json': '[{' })
  t.throws(() => readFilebeatStore(damaged), { code: 'MIGRATE', message: /1\.json is damaged/ })
  const empty = await makeTempDir(t)
  t.throws(() => readFilebeatStore(empty), { code: 'MIGRATE', message: /has no registry of Filebeat/ })
})

test('each kind of file identity is read, and entries that cannot be identified are named', async t => {
  const updated = [1, 1_700_000_000]
  const meta = { source: '/s', identifier_name: 'native' }
  const log = { source: '/l', offset: 5, ttl: -1, timestamp: updated, FileStateOS: { inode: 7, device: 8 } }
  const file = (cursor: unknown, more = {}) => ({ ttl: 1, updated, cursor, meta, ...more })
  const entries: readonly (readonly [string, object])[] = [
    ['filebeat::logs::native::7-8', log],
    ['filestream::a::b::native::18446744073709551615-9', file({ offset: 4 })],
    ['filestream::.global::native::3-9', file(null)],
    [`filestream::.global::fingerprint::${'ab'.repeat(32)}`, file({ offset: 6, eof: false })],
    ['filestream::.global::path::/s', file({ offset: 7 })],
    ['filestream::.global::native::4-9', file({ offset: 1 }, { ttl: 0 })],
    ['filestream::other::native::5-9', file({ offset: 1 })],
    ['filestream::.global::inode_marker::6-x', file({ offset: 1 })],
    ['filebeat::logs::native::1-2-3', { source: 'C:\\w', offset: 1, FileStateOS: { idxhi: 1, idxlo: 2, vol: 3 } }],
    ['winlogbeat::x', {}],
  ]
  const text = entries.map(([key, value], index) => set(index + 1, key, value)).join('')
  const { positions, notes } = readFilebeatRegistry(await makeStore(t, { 'log.json': text }), inputs)
  t.deepEqual(
    positions.map(({ identity, offset }) => [identity.kind === 'place' ? identity.inode : identity.kind, offset]),
    [
      ['7', 5],
      ['18446744073709551615', 4],
      ['3', 0],
      ['fingerprint', 6],
      ['path', 7],
    ],
  )
  t.is(positions[0]?.updatedMs, 1_700_000_001_000)
  t.deepEqual(
    notes.map(({ subject }) => subject),
    ['/s', '/s', 'C:\\w', 'winlogbeat::x'],
  )
})

const OLD_STATES = JSON.stringify([
  {
    source: '/s',
    offset: 5,
    FileStateOS: { inode: 7, device: 8 },
    timestamp: '2018-12-03T10:00:00.5Z',
    ttl: -1,
    type: 'log',
    meta: null,
  },
  { source: '/gone', offset: 1, FileStateOS: { inode: 9, device: 8 }, timestamp: '2018-12-03T10:00:00Z', ttl: 0 },
])

for (const [releases, path, files] of [
  ['5.x and 6.x', 'registry', { registry: OLD_STATES }],
  [
    '7.0 to 7.8',
    'registry',
    { 'registry/filebeat/meta.json': '{"version":"0"}', 'registry/filebeat/data.json': OLD_STATES },
  ],
] as const) {
  test(`the registry of Filebeat ${releases}, which is one list, is read`, async t => {
    const dir = await makeTempDir(t)
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(dir, name)), { recursive: true })
      await writeFile(join(dir, name), text)
    }
    for (const given of [dir, join(dir, path)]) {
      const { positions, notes } = readFilebeatRegistry(given, inputs)
      t.deepEqual(positions, [
        {
          source: '/s',
          offset: 5,
          identity: { kind: 'place', inode: '7', device: '8' },
          updatedMs: Date.parse('2018-12-03T10:00:00.501Z'),
        },
      ])
      t.deepEqual(notes, [])
    }
  })
}

for (const [expression, globs] of [
  [String.raw`\.gz$`, ['*.gz']],
  ['.gz$', ['*?gz']],
  [String.raw`\.(gz|zip)$`, ['*.gz', '*.zip']],
  [String.raw`^/var/log/old\.log$`, ['/var/log/old.log']],
  [String.raw`^/var/.*\.old$`, ['/var/{*,*/**/*}.old']],
  ['debug', ['*debug*', '/**/*debug*/**']],
  [String.raw`\.[0-9]$`, ['*.[0-9]']],
  [String.raw`(?i)\.GZ$`, undefined],
  [String.raw`a{2,3}$`, undefined],
  ['^app', undefined],
] as const) {
  test(`the exclude_files expression ${expression} becomes ${globs === undefined ? 'no glob and is reported' : `the glob ${globs.join(' and ')}`}`, t => {
    t.deepEqual(toExcludeGlobs(expression), globs)
  })
}

const YAML = `
filebeat.inputs:
  - type: log
    paths: ["LOGS/*.log"]
    exclude_files: ['\\.gz$', '(?i)x']
    fields: {team: a$b, nested: {deep: 1}}
    ignore_older: 48h
    close_inactive: 10m
    max_bytes: 1MB
    multiline.pattern: '^\\['
    multiline: {negate: true, match: after, max_lines: 20, timeout: 3s}
    include_lines: ['(?i)^err', '^[[:space:]]+at']
    exclude_lines: ['\\p{Lu}']
  - {type: stdin}
  - {type: log, enabled: false, paths: [/x]}
  - {type: log, encoding: utf-7, paths: [/y]}
tags: [web]
fields: {env: "\${STAGE:test}"}
output:
  logstash:
    hosts: ["\${NO_SUCH_VARIABLE:logs}:5044", "b:5044"]
    loadbalance: true
    compression_level: 3
    timeout: 30
    worker: 2
    ssl.verification_mode: none
processors: [{add_host_metadata: ~}]
`

test('a filebeat.yml becomes a configuration that check accepts, and each key is converted or named', async t => {
  const dir = await makeTempDir(t)
  const logs = join(dir, 'logs')
  await mkdir(logs)
  const [read, old] = [join(logs, 'read.log'), join(logs, 'old.log')]
  await writeFile(read, 'one\ntwo\n')
  await writeFile(old, 'old\n')
  await utimes(old, 1_000_000_000, 1_000_000_000)
  const { ino, dev } = await stat(read)
  const entry = { source: read, offset: 4, ttl: -1, FileStateOS: { inode: ino, device: dev } }
  const registry = await makeStore(t, { 'log.json': set(1, `filebeat::logs::native::${ino}-${dev}`, entry) })
  const path = join(dir, 'filebeat.yml')
  await writeFile(path, YAML.replaceAll('LOGS', logs))
  const output = join(dir, 'forwarder.json')
  const target = ['--output', output, '--state-dir', join(dir, 'state')]
  const { code, out, err } = await runInside([
    'migrate',
    'filebeat',
    '--config',
    path,
    '--registry',
    registry,
    ...target,
  ])
  t.is(code, 0, err)
  t.like(JSON.parse((await readFile(output, 'utf8')).replaceAll('$$', '$')), {
    network: { servers: ['logs:5044', 'b:5044'], balance: 'all', compressionLevel: 3, timeout: '30s', tls: {} },
    files: [
      {
        paths: [`${logs}/*.log`],
        exclude: ['*.gz'],
        fields: { tags: ['web'], fields: { env: 'test', team: 'a$b', nested: { deep: 1 } } },
        'dead time': '10m',
        maxLineBytes: '1MiB',
        multiline: { pattern: '^\\[', negate: true, match: 'after', maxLines: 20, timeout: '3s' },
        includeLines: ['(?i)^err', '^[\\s]+at'],
      },
    ],
  })
  for (const name of [
    'inputs[0].multiline: multiline: {',
    'inputs[0].include_lines',
    'inputs[0].exclude_lines: the pattern',
    'inputs[0].exclude_files: no glob',
    'inputs[1]',
    'inputs[2]: it is not enabled',
    'inputs[3]: its files are in utf-7',
    'output.logstash.worker',
    'output.logstash.ssl.verification_mode',
    'processors',
  ])
    t.true(out.includes(name), name)
  t.regex(out, /old\.log: it was too old for the old program/)
  const files = readRegistry(join(dir, 'state/registry.db')).files.map(file => [file.path, file.offset])
  t.deepEqual(files, [
    [read, 4],
    [old, 4],
  ])
  t.is((await runInside(['check', '--config', output])).code, 0)
})

const tenTimes = (first: string) => `${first}\n${'x'.repeat(20)}\n`.repeat(10)
const bytesOf = async (path = '') => (await readFile(path)).subarray(2, 2 + 64)

test('a fingerprint covers the bytes that the input names, or those that a short file had', async t => {
  const dir = await makeTempDir(t)
  const [long, moved, short, twin] = ['long.log', 'moved.log', 'short.log', 'twin.log'].map(name => join(dir, name))
  await writeFile(long ?? '', tenTimes('one'))
  await writeFile(moved ?? '', tenTimes('two'))
  for (const path of [short, twin]) await writeFile(path ?? '', 'begin\nmore\n')
  const registry = await makeStore(t, {
    'log.json':
      set(1, fingerprintKey(sha256(await bytesOf(long))), cursorAt(long, 25)) +
      set(2, fingerprintKey(sha256(await bytesOf(moved))), cursorAt(join(dir, 'former.log'), 25)) +
      set(3, fingerprintKey(sha256(Buffer.from('gin\n').toString('hex'))), cursorAt(short, 6)),
  })
  const path = join(dir, 'filebeat.yml')
  const input = `{type: filestream, id: a, paths: ["${dir}/*.log"], prospector.scanner.fingerprint: {offset: 2, length: 64}}`
  await writeFile(path, `output.logstash.hosts: [a]\nfilebeat.inputs: [${input}]\n`)
  const [output, state] = [join(dir, 'forwarder.json'), join(dir, 'state')]
  const from = ['--config', path, '--registry', registry, '--output', output, '--state-dir', state]
  const { code, err } = await runInside(['migrate', 'filebeat', ...from])
  t.is(code, 0, err)
  const files = readRegistry(join(state, 'registry.db')).files.map(file => [file.path, file.offset])
  t.deepEqual(files, [
    [short, 6],
    [long, 25],
    [moved, 25],
  ])
  t.is((await runInside(['check', '--config', output])).code, 0)
})

for (const [law, text, message] of [
  ['invalid YAML', 'a: [', /cannot read .* as YAML/],
  [
    'no output for collectors',
    'filebeat.inputs: [{paths: [/x]}]\noutput.elasticsearch.hosts: [a]',
    /no enabled output\.logstash/,
  ],
  [
    'no input that can be converted',
    'output.logstash.hosts: [a]\nfilebeat.inputs: [{type: tcp}]',
    /"tcp" have no counterpart/,
  ],
  ['no content', '', /has no settings; name/],
  [
    'its registry in a database',
    'output.logstash.hosts: [a]\nfilebeat.registry.backend: otel_file_storage\nfilebeat.inputs: [{paths: [/x]}]',
    /only the default backend, "memlog"/,
  ],
] as const) {
  test(`a Filebeat configuration with ${law} is refused with a sentence`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'filebeat.yml')
    await writeFile(path, text)
    const { code, err } = await runInside(['migrate', 'filebeat', '--config', path, '--registry', dir])
    t.is(code, 2)
    t.regex(err, message)
  })
}
