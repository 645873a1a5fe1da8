import { appendFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { readLogstashRegistry } from '../../../src/migrate/logstash-forwarder/registry.ts'
import { readRegistry } from '../../../src/registry/load-registry.ts'
import { runInside } from '../../helpers/process/command-line.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

interface Scene {
  readonly dir: string
  readonly log: string
  write(entries: Readonly<Record<string, unknown>>): Promise<void>
  entryOf(path: string, offset: number): Promise<Readonly<Record<string, unknown>>>
  migrate(...more: string[]): ReturnType<typeof runInside>
  records(): readonly { readonly path: string; readonly offset: number }[]
}

async function makeScene(t: ExecutionContext, config?: string): Promise<Scene> {
  const dir = await makeTempDir(t)
  const logs = join(dir, 'logs')
  await mkdir(logs)
  const registry = join(dir, '.logstash-forwarder')
  const configPath = join(dir, 'logstash-forwarder.conf')
  const own = { network: { servers: ['logs.example.com:5043'], timeout: 15 }, files: [{ paths: [`${logs}/*.log`] }] }
  await writeFile(configPath, config?.replaceAll('LOGS', logs) ?? `# ours\n${JSON.stringify(own)}`)
  const target = ['--output', join(dir, 'forwarder.json'), '--state-dir', join(dir, 'state')]
  return {
    dir,
    log: join(logs, 'a.log'),
    write: entries => writeFile(registry, `${JSON.stringify(entries)}\n`),
    async entryOf(path, offset) {
      const { ino, dev } = await stat(path)
      return { source: path, offset, inode: ino, device: dev }
    },
    migrate: (...more) =>
      runInside(['migrate', 'logstash-forwarder', '--config', configPath, '--registry', registry, ...target, ...more]),
    records: () => readRegistry(join(dir, 'state/registry.db')).files.map(({ path, offset }) => ({ path, offset })),
  }
}

test('a file of logstash-forwarder continues where it was, and the configuration stays unchanged', async t => {
  const scene = await makeScene(t)
  await writeFile(scene.log, 'one\ntwo\nthree\n')
  await scene.write({ [scene.log]: await scene.entryOf(scene.log, 8) })
  const { code, out, err } = await scene.migrate()
  t.is(code, 0, err)
  t.regex(out, /a\.log: continues at byte 8 of 14/)
  t.regex(out, /only protocol 1 .*add "protocol": 1/)
  t.deepEqual(scene.records(), [{ path: scene.log, offset: 8 }])
  const text = await readFile(join(scene.dir, 'forwarder.json'), 'utf8')
  t.true(text.startsWith('# ours\n{\n  "stateDir": '))
  t.is((await runInside(['check', '--config', join(scene.dir, 'forwarder.json')])).code, 0)
})

for (const [offset, expected, law] of [
  [4, 5, 'that is one byte short of a line end, as with CR LF, moves forward'],
  [3, 5, 'that is two bytes short of a line end moves forward'],
  [7, 5, 'inside a line moves back to its start'],
  [5, 5, 'at the start of a line stays as it is'],
] as const) {
  test(`an offset ${law}`, async t => {
    const scene = await makeScene(t)
    await writeFile(scene.log, 'abc\r\ndefgh\r\n')
    await scene.write({ [scene.log]: await scene.entryOf(scene.log, offset) })
    const { code, out, err } = await scene.migrate()
    t.is(code, 0, err)
    t.deepEqual(scene.records(), [{ path: scene.log, offset: expected }])
    t.is(out.includes('inside a line'), offset !== expected)
  })
}

test('a file that was renamed out of the patterns is found by its inode, and the new one of its name begins at 0', async t => {
  const scene = await makeScene(t)
  await writeFile(scene.log, 'one\ntwo\n')
  await scene.write({ [scene.log]: await scene.entryOf(scene.log, 4) })
  await rename(scene.log, `${scene.log}.1`)
  await writeFile(scene.log, 'three\n')
  const { out } = await scene.migrate()
  t.regex(out, /a\.log\.1: the registry has it as \S+a\.log; continues at byte 4 of 8/)
  t.deepEqual(scene.records(), [{ path: scene.log, offset: 4 }])
})

test('a file that is shorter than its offset is sent from its beginning, and a deleted one is named', async t => {
  const scene = await makeScene(t)
  await writeFile(scene.log, 'one\n')
  const gone = join(scene.dir, 'logs/gone.log')
  await scene.write({
    [scene.log]: await scene.entryOf(scene.log, 400),
    [gone]: { source: gone, offset: 9, inode: 1, device: 1 },
  })
  const { out } = await scene.migrate()
  t.regex(out, /a\.log: it has 4 bytes, and 400 were read: it was truncated/)
  t.regex(out, /gone\.log: the file that was read up to byte 9 no longer exists/)
  t.deepEqual(scene.records(), [{ path: scene.log, offset: 0 }])
})

test('a used state directory and an existing configuration are refused, and nothing is written', async t => {
  const scene = await makeScene(t)
  await writeFile(scene.log, 'one\n')
  await scene.write({ [scene.log]: await scene.entryOf(scene.log, 4) })
  t.is((await scene.migrate()).code, 0)
  const again = await scene.migrate()
  t.is(again.code, 2)
  t.regex(again.err, /forwarder\.json already exists/)
  const other = await scene.migrate('--output', join(scene.dir, 'other.json'))
  t.is(other.code, 2)
  t.regex(other.err, /has been used .* is not overwritten/)
  await t.throwsAsync(stat(join(scene.dir, 'other.json')))
})

test('a dry run reports everything and writes nothing', async t => {
  const scene = await makeScene(t)
  await writeFile(scene.log, 'one\n')
  await scene.write({ [scene.log]: await scene.entryOf(scene.log, 4) })
  const { code, out } = await scene.migrate('--dry-run')
  t.is(code, 0)
  t.regex(out, /continues at byte 4/)
  await t.throwsAsync(stat(join(scene.dir, 'state')))
  await t.throwsAsync(stat(join(scene.dir, 'forwarder.json')))
})

test('keys that logstash-forwarder ignored and forwarder refuses are left out and named', async t => {
  const config =
    '{"Network": {"servers": ["a:1"], "tyop": 1}, "files": [{"paths": ["LOGS/*.log"], "fields": {"host": "x", "type": "y$$"}}]}'
  const scene = await makeScene(t, config)
  await scene.write({})
  const { code, out, err } = await scene.migrate()
  t.is(code, 0, err)
  t.regex(out, /left out\s+network\.tyop: logstash-forwarder ignored it/)
  t.regex(out, /left out\s+files\[0\]\.fields\.host: each event already has/)
  const written = await readFile(join(scene.dir, 'forwarder.json'), 'utf8')
  t.true(written.includes('"type": "y$$"'))
})

for (const [name, text] of [
  ['text', 'no registry'],
  ['a list', '[]'],
  ['an empty file', ''],
] as const) {
  test(`a registry of logstash-forwarder that is ${name} is refused with a sentence`, async t => {
    const path = join(await makeTempDir(t), 'r')
    await appendFile(path, text)
    t.throws(() => readLogstashRegistry(path), { code: 'MIGRATE', message: /is not a registry of logstash-forwarder/ })
  })
}

test('entries without an inode (Windows) or with invalid values are named, a zero offset may be absent, and inodes have 64 bits', async t => {
  const path = join(await makeTempDir(t), 'r')
  await writeFile(
    path,
    '{"/w":{"source":"C:/w","offset":3},"/n":7,"/o":{"offset":-1,"inode":1,"device":1},"/z":{"source":"/z","inode":18446744073709551615,"device":1}}',
  )
  const { positions, notes } = readLogstashRegistry(path)
  t.deepEqual(
    notes.map(({ subject }) => subject),
    ['/w', '/n', '/o'],
  )
  t.like(positions[0], {
    source: '/z',
    offset: 0,
    identity: { kind: 'place', inode: '18446744073709551615', device: '1' },
  })
})
