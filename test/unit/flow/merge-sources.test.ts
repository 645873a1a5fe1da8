import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { mergeSources } from '../../../src/flow/merge-sources.ts'
import type { Source } from '../../../src/flow/contract.ts'

interface Item {
  readonly name: string
}

class Listed implements Source<Item> {
  readonly committed: string[] = []
  readonly #items: Item[]
  readonly #delayMs: number
  constructor(names: string[], delayMs: number) {
    this.#items = names.map(name => ({ name }))
    this.#delayMs = delayMs
  }
  async next(): Promise<Item | undefined> {
    await sleep(this.#delayMs)
    return this.#items.shift()
  }
  commit(item: Item): void {
    this.committed.push(item.name)
  }
}

const never = new AbortController().signal

test('every batch of every merged source arrives once, and its commit goes to its source', async t => {
  const quick = new Listed(['a', 'b', 'c'], 1)
  const slow = new Listed(['x', 'y'], 4)
  const merged = mergeSources([quick, slow])
  for (let item = await merged.next(never); item !== undefined; item = await merged.next(never))
    await merged.commit(item)
  t.deepEqual(quick.committed, ['a', 'b', 'c'])
  t.deepEqual(slow.committed, ['x', 'y'])
})

test('a merged source without batches does not delay another', async t => {
  const silent: Source<Item> = { next: () => new Promise(() => {}), commit() {} }
  const merged = mergeSources([silent, new Listed(['a'], 0)])
  t.deepEqual(await merged.next(never), { name: 'a' })
})

test('merged sources fail when one of them fails', async t => {
  const broken: Source<Item> = { next: () => Promise.reject(new Error('gone')), commit() {} }
  await t.throwsAsync(mergeSources([broken]).next(never), { message: 'gone' })
})

test('a silent merged source holds no memory of the batches of another', async t => {
  const silent: Source<Item> = { next: () => new Promise(() => {}), commit() {} }
  const item = { name: 'a' }
  const merged = mergeSources([silent, { next: () => Promise.resolve(item), commit() {} }])
  const batches = 50_000
  const before = heapAfterCollection()
  for (let i = 0; i < batches; i++) await merged.next(never)
  // A reaction that stays on a pending promise takes about 250 bytes.
  t.true((heapAfterCollection() - before) / batches < 50)
  t.is(await merged.next(never), item) // it is still in use: what it holds was not collected with it
})

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}
