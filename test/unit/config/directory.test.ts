import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { loadAgentConfig } from '../../../src/config/load.ts'
import { ConfigError } from '../../../src/config/text/problem.ts'
import { calmSurroundings as calm } from '../../helpers/process/config-text.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

async function makeDirectory(t: Parameters<typeof makeTempDir>[0], files: Readonly<Record<string, string>>) {
  const dir = await makeTempDir(t)
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text)
  return dir
}

test('the files of a directory are read in the order of their names, and their lists are joined', async t => {
  const dir = await makeDirectory(t, {
    '20-b.json': '{"files": [{"paths": ["/b"]}]}',
    '10-a.json': '{"Network": {"servers": ["a:1"], "timeout": 3}, "files": [{"paths": ["/a"]}]}',
    '30-c': '{"network": {"SERVERS": ["b:2"]}, "fields": {"x": 1}}',
    '40-empty': '',
  })
  const { settings, files, warnings } = loadAgentConfig(dir, calm)
  t.deepEqual(
    settings.files.map(({ paths }) => paths),
    [['/a'], ['/b']],
  )
  t.deepEqual(settings.discovery.kind === 'static' && settings.discovery.servers.map(({ host }) => host), ['a', 'b'])
  t.is(settings.network.timeoutMs, 3000)
  t.deepEqual(
    files.map(path => path.slice(dir.length + 1)),
    ['10-a.json', '20-b.json', '30-c', '40-empty'],
  )
  t.deepEqual(
    warnings.map(({ message }) => message),
    [`${join(dir, '40-empty')} has nothing in it`],
  )
})

test('a setting in two files is an error that names both places, even if the values are equal', async t => {
  const dir = await makeDirectory(t, {
    a: '{"network": {"servers": ["a:1"], "timeout": 3}, "files": [{"paths": ["/a"]}]}',
    b: '{"network": {\n"timeout": 3}}',
  })
  t.throws(() => loadAgentConfig(dir, calm), {
    message: `${dir}/b:2:12: network.timeout is set in two files, first at ${dir}/a:1:45; it can be set only once`,
  })
})

test('subdirectories, hidden files and backups of a directory are skipped with a warning', async t => {
  const good = '{"network": {"servers": ["a:1"]}, "files": [{"paths": ["/a"]}]}'
  const dir = await makeDirectory(t, {
    good,
    'good~': good,
    '.good.swp': good,
    'good.rpmnew': good,
    'good.dpkg-old': good,
  })
  await mkdir(join(dir, 'more'))
  const { settings, warnings } = loadAgentConfig(dir, calm)
  t.is(settings.files.length, 1)
  t.deepEqual(
    warnings.map(({ message }) => message.slice(dir.length + 1)),
    [
      '.good.swp is not read: it is a hidden file',
      'good.dpkg-old is not read: it is a backup',
      'good.rpmnew is not read: it is a backup',
      'good~ is not read: it is a backup',
      'more is not read: it is a directory',
    ],
  )
})

test('the errors of all files are reported, in the order of the files', async t => {
  const dir = await makeDirectory(t, {
    a: '{"network": {"servers": ["a:1"], "timeot": 3}}',
    b: '{"files": [',
    c: '{"files": [{"paths": []}]}',
  })
  const error = t.throws(() => loadAgentConfig(dir, calm), { instanceOf: ConfigError })
  const places = error?.problems.map(({ position }) => position?.file.slice(-1))
  t.deepEqual(places, ['a', 'b', 'c'])
})

test('while a file cannot be parsed, no setting is reported as missing', async t => {
  const dir = await makeDirectory(t, { a: '{"network": {"servers": ["a:1"]}}', b: '{"files": [' })
  const error = t.throws(() => loadAgentConfig(dir, calm), { instanceOf: ConfigError })
  t.is(error?.problems.length, 1)
})
