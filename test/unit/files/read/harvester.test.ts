import test from 'ava'
import { open, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { createFilesSource } from '../../../../src/files/source.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { makeGroup, takeReady, toLines } from '../../../helpers/files/followed.ts'
import { MemoryRegistry } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

async function findHandlePrototype(path: string): Promise<FileHandle> {
  const handle = await open(path)
  await handle.close()
  return Object.getPrototypeOf(handle) as FileHandle
}

test('a descriptor is closed again if the file cannot be looked at through it', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  await writeFile(path, 'one\n')
  const prototype = await findHandlePrototype(path)
  const stat = Reflect.get(prototype, 'stat') as unknown
  const restore = () => Object.assign(prototype, { stat })
  t.teardown(restore)
  const handles: FileHandle[] = []
  const failStat = function (this: FileHandle) {
    handles.push(this)
    return Promise.reject(Object.assign(new Error('EIO: fstat'), { code: 'EIO' }))
  }
  Object.assign(prototype, { stat: failStat })
  const source = createFilesSource({
    groups: [makeGroup(dir)],
    registry: new MemoryRegistry(),
    log: silentLog,
    clock: Date.now,
    isWatching: false,
  })
  t.teardown(() => source.close())
  for (let polls = 0; polls < 3; polls++) await source.poll()
  t.deepEqual(await takeReady(source), [])
  t.true(handles.length >= 3)
  t.deepEqual(
    handles.filter(({ fd }) => fd !== -1),
    [],
  )
  t.is(source.status().files[0]?.state, 'unreadable')
  restore()
  await source.poll()
  const batches = await takeReady(source)
  t.deepEqual(
    batches.flatMap(toLines).map(({ text }) => text),
    ['one'],
  )
})
