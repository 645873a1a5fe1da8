import test from 'ava'
import { watchFirstBatch } from '../../../src/agent/watch-first-batch.ts'

test('the first batch is noted once, and batches, receipts and commits pass through', async t => {
  const seen: unknown[] = []
  const left = [undefined, 'b', 'a']
  const source = watchFirstBatch(
    { next: async () => left.pop(), commit: batch => void seen.push(batch), toReceipt: batch => batch + batch },
    () => seen.push('first'),
  )
  const { signal } = new AbortController()
  for (const batch of ['a', 'b']) {
    t.is(await source.next(signal), batch)
    await source.commit(source.toReceipt?.(batch) ?? '')
  }
  t.is(await source.next(signal), undefined)
  t.deepEqual(seen, ['first', 'aa', 'bb'])
})

test('a source that ends without a batch notes nothing', async t => {
  const source = watchFirstBatch({ next: async () => undefined, commit() {} }, () => t.fail())
  t.is(await source.next(new AbortController().signal), undefined)
})
