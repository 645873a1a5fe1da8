import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import test from 'ava'
import fc from 'fast-check'
import { follow } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const start = fc.constantFrom('', '\0'.repeat(3), '\0'.repeat(5000), '\ufeff', '\0\ufeff')
const text = fc.string({ unit: fc.constantFrom('a', 'é', '\r', '\0', '\n'), maxLength: 400 })
const parts = fc.array(fc.record({ text, isRestarted: fc.boolean() }), { minLength: 1, maxLength: 6 })

test('the mark of each range has the digest of all bytes before it, also behind a hole and over restarts', async t => {
  const law = fc.asyncProperty(start, parts, async (head, more) => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const state = new MemoryState()
    await appendFile(path, head)
    let followed = follow(t, dir, { state, limits: { chunkBytes: 64, batchLines: 3 } })
    for (const { text: added, isRestarted } of more) {
      await appendFile(path, `${added}\n`)
      const batches = await followed.look()
      const bytes = await readFile(path)
      for (const { end, marks } of batches.flatMap(({ ranges }) => ranges)) {
        t.is(marks[0]!.offset, end)
        t.is(marks[0]!.digest, crc32(bytes.subarray(0, end)))
      }
      followed.ackAll()
      if (!isRestarted) continue
      await followed.source.close()
      followed = follow(t, dir, { state, limits: { chunkBytes: 64, batchLines: 3 } })
    }
    await followed.source.close()
  })
  await t.notThrowsAsync(() => fc.assert(law, { numRuns: 60 }))
})
