import test from 'ava'
import { chmod, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Remembered } from '../../../src/discovery/remembered.ts'
import { readBounded, writePrivately } from '../../../src/discovery/state-file.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

function checkList(value: unknown): unknown[] | undefined {
  return Array.isArray(value) ? value : undefined
}

test('a file is for its owner only, also where another one stood, and nothing else is left', async t => {
  const dir = join(await makeTempDir(t), 'deep/er')
  await writePrivately(join(dir, 'a'), 'one')
  t.is((await stat(dir)).mode & 0o777, 0o700)
  await chmod(join(dir, 'a'), 0o644)
  await writePrivately(join(dir, 'a'), 'two')
  t.is((await stat(join(dir, 'a'))).mode & 0o777, 0o600)
  t.is(await readFile(join(dir, 'a'), 'utf8'), 'two')
  t.deepEqual(await readdir(dir), ['a'])
})

test('a file that is too long is not read, and one that is not there is none', async t => {
  const path = join(await makeTempDir(t), 'a')
  t.is(await readBounded(path, 10), undefined)
  await writeFile(path, 'x'.repeat(11))
  await t.throwsAsync(readBounded(path, 10), { message: /has 11 bytes; 10 are the most/ })
})

test('of many writes the last one stands in the end', async t => {
  const path = join(await makeTempDir(t), 'a.json')
  const remembered = new Remembered({ path, about: 'x', check: checkList, log: makeRecordingLog() })
  await Promise.all(Array.from({ length: 50 }, (_, index) => remembered.write([index])))
  t.deepEqual((await remembered.read())?.value, [49])
})

test('a file that can not be written is told once', async t => {
  const dir = join(await makeTempDir(t), 'd')
  await writeFile(dir, 'a file where the directory should be')
  const log = makeRecordingLog()
  const remembered = new Remembered({ path: join(dir, 'a'), about: 'x', check: () => [], log })
  await remembered.write([])
  await remembered.write([])
  t.deepEqual(
    log.lines.map(({ level, message }) => [level, message]),
    [['error', 'what is to be remembered can not be written']],
  )
})
