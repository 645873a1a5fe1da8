import test from 'ava'
import { appendFile, copyFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toLines, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const acked: Readonly<Record<string, readonly string[]>> = {
  'no line': [],
  'one line': ['one'],
  'more than a kilobyte': history,
}
const unacked = Array.from({ length: 100 }, (_, i) => `unacked ${i}, value ${i * i}`)
const fresh = Array.from({ length: 300 }, (_, i) => `fresh ${i}, value ${i * i * i}`)
const isFresh = (text: string) => text.startsWith('fresh')
const ranges = { 'one range': 100, 'many short ranges': 1 }

for (const [before, lines] of Object.entries(acked))
  for (const [as, batchLines] of Object.entries(ranges))
    test(`lines that were sent without an ack come with the same ids after a kill right after a copy-truncate: ${before} was acked, ${as}`, async t => {
      const dir = await makeTempDir(t)
      const path = join(dir, 'a.log')
      const state = new MemoryState()
      const options = { limits: { batchLines } }
      const first = follow(t, dir, { state, ...options })
      await appendFile(path, toText(lines))
      await first.readLines()
      await appendFile(path, toText(unacked))
      const sent = (await first.look()).flatMap(toLines)
      t.is(sent.length, unacked.length)
      await copyFile(path, `${path}.1`)
      await truncate(path)
      await first.source.poll() // which finds the copy; its place is not on disk yet
      await appendFile(path, toText(fresh))

      const next = follow(t, dir, { state: state.afterKill(), ...options })
      const came = await next.readLines()
      next.pass(20_000)
      came.push(...(await next.readLines()))
      t.deepEqual(
        came.filter(({ text }) => !isFresh(text)).map(({ id }) => id),
        sent.map(({ id }) => id),
      )
      t.deepEqual(came.map(({ text }) => text).filter(isFresh), fresh)
      addsUp(t, next.source.status())
    })
