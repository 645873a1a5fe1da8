import test from 'ava'
import { makeAccessLogLine } from '../../../src/demo/access-log.ts'
import { judge } from '../../../src/demo/verdict.ts'
import type { Hit } from '../../../src/stores/contract.ts'

async function* hits(...numbers: number[]): AsyncGenerator<Hit> {
  for (const number of numbers)
    yield { id: String(number), timeMs: 0, document: { message: makeAccessLogLine(number) } }
}

test('a store with every line once loses nothing and has nothing twice', async t => {
  t.deepEqual(await judge(hits(2, 1, 3), 3), { stored: 3, lost: 0, twice: 0 })
})

test('a missing line is lost, and a repeated one counts each extra time', async t => {
  t.deepEqual(await judge(hits(1, 1, 1, 4), 4), { stored: 4, lost: 2, twice: 2 })
})

test('a stored line that was never written is an error', async t => {
  await t.throwsAsync(judge(hits(9), 3), { message: /never written/ })
})
