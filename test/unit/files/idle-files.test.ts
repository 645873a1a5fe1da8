// What is kept of a file that is not written.
import test from 'ava'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ByteAccount } from '../../../src/files/byte-account.ts'
import { EMPTY_MARK } from '../../../src/files/look/identity.ts'
import { TrackedFile } from '../../../src/files/tracked-file.ts'
import { LISTED } from '../../../src/files/whereabouts.ts'
import { follow, makeGroup } from '../../helpers/files/followed.ts'
import { MemoryRegistry, MemoryState } from '../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

test('records of an earlier run are kept in memory only until they are taken over', async t => {
  const directory = await makeTempDir(t)
  const state = new MemoryState()
  await writeFile(join(directory, 'a.log'), 'one\n')
  const first = follow(t, directory, { state })
  t.deepEqual(await first.readTexts(), ['one'])
  await first.source.close()

  const registry = new MemoryRegistry(state)
  t.is(registry.files.length, 1)
  const second = follow(t, directory, { state, registry })
  t.is(registry.files.length, 0)
  await appendFile(join(directory, 'a.log'), 'two\n')
  t.deepEqual(await second.readTexts(), ['two'])
})

test('the head of a short file grows on after the file was closed', async t => {
  const directory = await makeTempDir(t)
  const state = new MemoryState()
  const path = join(directory, 'a.log')
  await writeFile(path, 'one\n')
  const followed = follow(t, directory, { state, groups: [{ deadTimeMs: 0 }] })
  t.deepEqual(await followed.readTexts(), ['one'])
  await followed.look()
  t.is(followed.source.status().openFiles, 0)
  await appendFile(path, 'two\n')
  t.deepEqual(await followed.readTexts(), ['two'])
  t.like([...state.files.values()][0], { identity: { head: { offset: 8 } } })
})

const texts: Readonly<Record<string, (text: string) => Buffer>> = {
  'UTF-8': text => Buffer.from(text),
  'UTF-8 with a byte order mark': text => Buffer.from(text),
  'UTF-16': text => Buffer.from(text, 'utf16le'),
}

for (const [name, encode] of Object.entries(texts)) {
  test(`a file in ${name} continues with the same file id, whenever it was closed`, async t => {
    const directory = await makeTempDir(t)
    const path = join(directory, 'a.log')
    const followed = follow(t, directory, { groups: [{ deadTimeMs: 0 }] })
    const mark = name === 'UTF-8' ? '' : '\ufeff'
    const lines = []
    for (const text of [`${mark}one\n`, 'two', '\n', 'six\n']) {
      await appendFile(path, encode(text))
      lines.push(...(await followed.readLines()))
      await followed.look()
      t.is(followed.source.status().openFiles, 0)
    }
    const [start, length] = [encode(mark).length, encode('one\n').length]
    const fileId = lines[0]!.id.slice(0, -`-${start}`.length)
    t.deepEqual(
      lines.map(line => [line.id, line.text]),
      ['one', 'two', 'six'].map((text, i) => [`${fileId}-${start + i * length}`, text]),
    )
  })
}

test('the last bytes of an open file are not a part of a larger buffer', t => {
  const identity = { device: '1', inode: '2', birthNs: '0', head: EMPTY_MARK }
  const beginning = { key: 1, path: '/logs/a.log', group: makeGroup('/logs'), identity, marks: [], position: 0 }
  const file = new TrackedFile({ ...beginning, whereabouts: LISTED }, new ByteAccount())
  file.reading.take(Buffer.from('one\n'), 0)
  const { tail } = file.reading
  t.deepEqual([tail?.length, tail?.buffer.byteLength], [4, 4])
})
