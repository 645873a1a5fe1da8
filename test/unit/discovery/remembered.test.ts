import test from 'ava'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ValueFile } from '../../../src/discovery/value-file.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

function checkList(value: unknown): unknown[] | undefined {
  return Array.isArray(value) ? value : undefined
}

test('after many concurrent writes the file has the last value', async t => {
  const path = join(await makeTempDir(t), 'a.json')
  const remembered = new ValueFile({ path, about: 'x', check: checkList, log: makeRecordingLog() })
  await Promise.all(Array.from({ length: 50 }, (_, index) => remembered.write([index])))
  t.deepEqual((await remembered.read())?.value, [49])
})

test('a file that cannot be written is logged once', async t => {
  const dir = join(await makeTempDir(t), 'd')
  await writeFile(dir, 'a file where the directory should be')
  const log = makeRecordingLog()
  const remembered = new ValueFile({ path: join(dir, 'a'), about: 'x', check: () => [], log })
  await remembered.write([])
  await remembered.write([])
  t.deepEqual(
    log.lines.map(({ level, message }) => [level, message]),
    [['error', 'cannot save the value']],
  )
})
