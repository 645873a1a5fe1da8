import { execFile } from 'node:child_process'
import { open, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { ArchiveHandle } from '../../../src/files/archives/content/archive-handle.ts'
import { readFully } from '../../../src/files/look/identity.ts'
import { addsUp } from '../../helpers/files/byte-account.ts'
import { follow } from '../../helpers/files/followed.ts'
import { Logrotate, LogWriter } from '../../helpers/files/logrotate.ts'
import { MemoryState } from '../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

async function openArchive(t: ExecutionContext, path: string): Promise<ArchiveHandle> {
  const handle = new ArchiveHandle(await open(path))
  t.teardown(() => handle.close())
  return handle
}

for (const [program, ending] of [
  ['gzip', 'gz'],
  ['zstd', 'zst'],
] as const) {
  test(`an archive of the program ${program} is read, also with several members`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, `a.${ending}`)
    const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join('')
    await writeFile(join(dir, 'a'), lines)
    await promisify(execFile)('sh', ['-c', `${program} -c a > ${path}; ${program} -9 -c a >> ${path}`], { cwd: dir })
    const handle = await openArchive(t, path)
    const { size, ino } = await handle.stat({ bigint: true })
    t.is(Number(size), lines.length * 2)
    t.is(ino, (await stat(path, { bigint: true })).ino)
    t.is(
      (await readFully(handle, lines.length - 5, 20)).toString(),
      (lines + lines).slice(lines.length - 5).slice(0, 20),
    )
  })
}

test('each line arrives once through logrotate with zstd, if the agent is stopped over a rotation', async t => {
  const dir = await makeTempDir(t)
  const logrotate = new Logrotate(dir, { method: 'create', name: 'plain', compression: 'zstd' })
  await logrotate.prepare()
  const writer = new LogWriter(logrotate.logPath, { keepsPosition: false })
  t.teardown(() => writer.close())
  const state = new MemoryState()
  const start = () => follow(t, dir, { state, groups: [{ paths: [logrotate.logPath] }] })
  await writer.reopen()
  await writer.write(100)
  const first = start()
  const texts = await first.readTexts()
  await first.source.close()
  await writer.write(1000)
  await logrotate.rotate()
  await writer.reopen()
  await writer.write(10)
  t.deepEqual((await readdir(join(dir, 'logs'))).toSorted(), ['app.log', 'app.log.1.zst', 'old'])
  const second = start()
  texts.push(...(await second.readTexts()))
  t.deepEqual(texts.toSorted(), writer.written.toSorted())
  addsUp(t, second.source.status())
})
