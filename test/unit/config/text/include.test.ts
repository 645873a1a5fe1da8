import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { loadAgentConfig } from '../../../../src/config/load.ts'
import { calmSurroundings as calm } from '../../../helpers/process/config-text.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const main = '{"include": ["conf.d"], "network": {"servers": ["a:1"]}, "files": [{"paths": ["/a"]}]}'

/** `main.json`, and these files beside it. */
async function makePlace(t: ExecutionContext, files: Readonly<Record<string, string>>, text = main) {
  const dir = await makeTempDir(t)
  await mkdir(join(dir, 'conf.d'))
  for (const [name, content] of Object.entries({ 'main.json': text, ...files })) {
    await writeFile(join(dir, name), content)
  }
  return { dir, path: join(dir, 'main.json'), in: (name: string) => join(dir, name) }
}

const pathsOf = ({ settings }: ReturnType<typeof loadAgentConfig>) => settings.files.flatMap(({ paths }) => paths)

test('the files of an included directory follow the file that includes it, in the order of their names', async t => {
  const place = await makePlace(t, {
    'conf.d/2-b.json': '{"files": [{"paths": ["/c"]}]}',
    'conf.d/1-a.json': '{"files": [{"paths": ["/b"]}], "host": "web1"}',
    'conf.d/1-a.json.bak': '{',
  })
  const config = loadAgentConfig(place.path, calm)
  t.deepEqual(pathsOf(config), ['/a', '/b', '/c'])
  t.is(config.settings.host, 'web1')
  t.deepEqual(config.files, [place.path, place.in('conf.d/1-a.json'), place.in('conf.d/2-b.json')])
  t.deepEqual(config.directories, [place.in('conf.d')])
  t.deepEqual(
    config.warnings.map(({ message }) => message),
    [`${place.in('conf.d/1-a.json.bak')} is not read: it is a backup`],
  )
})

test('an included directory may be empty, and an included file may have any name', async t => {
  const text = main.replace('"conf.d"', '"conf.d", "more"')
  const place = await makePlace(t, { more: '{"files": [{"paths": ["/b"]}]}' }, text)
  const config = loadAgentConfig(place.path, calm)
  t.deepEqual(pathsOf(config), ['/a', '/b'])
  t.deepEqual(config.directories, [place.in('conf.d')])
  t.deepEqual(config.warnings, [])
})

test('an empty list of files is joined with the lists of others, and causes a warning if it stays empty', async t => {
  const text = main.replace('[{"paths": ["/a"]}]', '[]')
  const empty = await makePlace(t, {}, text)
  const config = loadAgentConfig(empty.path, calm)
  t.deepEqual(config.settings.files, [])
  t.regex(config.warnings[0]?.message ?? '', /files is empty: nothing is followed/)
  const filled = await makePlace(t, { 'conf.d/a': '{"files": [{"paths": ["/b"]}]}' }, text)
  t.deepEqual(pathsOf(loadAgentConfig(filled.path, calm)), ['/b'])
  t.deepEqual(loadAgentConfig(filled.path, calm).warnings, [])
})

test('a mistake in an included file is reported with its position', async t => {
  const place = await makePlace(t, { 'conf.d/a': '{"files": [{"paths": []}]}', 'conf.d/b': '{"host": "x"\n' })
  const message = t.throws(() => loadAgentConfig(place.path, calm))?.message ?? ''
  t.true(message.includes(`${place.in('conf.d/a')}:1:22: files[1].paths: expected a list`), message)
  t.true(message.includes(`${place.in('conf.d/b')}:2:1: `), message)
})

test('an included file cannot include others', async t => {
  const place = await makePlace(t, { 'conf.d/a': '{"Include": ["b"]}' })
  t.throws(() => loadAgentConfig(place.path, calm), {
    message: `${place.in('conf.d/a')}:1:2: include: this file is itself included; only the files that --config names can include others`,
  })
})

test('a file that is included twice is an error', async t => {
  const place = await makePlace(t, {}, main.replace('conf.d', 'conf.d", "main.json'))
  t.throws(() => loadAgentConfig(place.path, calm), {
    message: `${place.path}:1:24: include: ${place.path} has already been read`,
  })
})
