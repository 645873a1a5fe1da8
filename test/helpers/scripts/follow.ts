// Follows a directory as another user, or under an eye on its memory: prints one JSON object a batch, then waits for more.
import { createFilesSource } from '../../../src/files/source.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makeGroup, toLines } from '../files/followed.ts'
import { MemoryRegistry } from '../files/memory-registry.ts'

const [directory = '', mode = ''] = process.argv.slice(2)
if (mode === 'as-nobody') process.setuid?.(65534)
const source = createFilesSource({
  groups: [makeGroup(directory)],
  registry: new MemoryRegistry(),
  limits: { pollMs: 50 },
  log: silentLog,
  clock: Date.now,
})
const never = new AbortController().signal
for (let batch = await source.next(never); batch !== undefined; batch = await source.next(never)) {
  await source.commit(batch)
  const texts = mode === 'as-nobody' ? toLines(batch).map(line => line.text) : []
  const { byteCount } = batch
  const lineCount = batch.runs.reduce((sum, { ends }) => sum + ends.length, 0)
  const { bytes } = source.status()
  const rss = process.memoryUsage.rss()
  process.stdout.write(`${JSON.stringify({ texts, byteCount, lineCount, rss, status: { bytes } })}\n`)
}
