import test from 'ava'
import { followByPolling } from '../../../../src/cli/search/follow-by-polling.ts'
import type { Hit, SearchQuery } from '../../../../src/stores/contract.ts'

test('a search that polls shows each event once, oldest first, and requests only later events', async t => {
  const beganMs = Date.now()
  const stop = new AbortController()
  const asked: SearchQuery[] = []
  const answers = [['b', 'a'], ['c', 'b', 'a'], []]
  async function* search(query: SearchQuery): AsyncGenerator<Hit> {
    asked.push(query)
    for (const id of answers[asked.length - 1] ?? []) yield { id, timeMs: Date.now(), document: {} }
    if (asked.length === 3) stop.abort()
  }
  const query = { text: 'x', fields: [], limit: 5 }
  const seen: string[] = []
  for await (const { id } of followByPolling(search, query, { signal: stop.signal, pauseMs: 1 })) seen.push(id)
  t.deepEqual(seen, ['a', 'b', 'c'])
  t.true(asked.every(({ sinceMs = 0, limit, text }) => sinceMs >= beganMs && limit === 0 && text === 'x'))
})
