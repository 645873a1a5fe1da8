import test from 'ava'
import { Variable } from '../../../../../src/flow/watched-value.ts'
import {
  createFixedChoice,
  createOrderedChoice,
  createRandomChoice,
} from '../../../../../src/lumberjack/send/servers/server-choice.ts'
import type { ServerAddress } from '../../../../../src/lumberjack/send/servers/server-address.ts'
import { ServerFailures } from '../../../../../src/lumberjack/send/servers/server-failures.ts'

const at = (port: number, change: Partial<ServerAddress> = {}): ServerAddress => ({ host: 'h', port, ...change })

function makeParts(list: readonly ServerAddress[]) {
  let nowMs = 1000
  const servers = new Variable(list)
  const failures = new ServerFailures({ servers, limits: { firstMs: 1000, maxMs: 30_000 }, now: () => nowMs })
  return { servers, failures, pass: (ms: number) => void (nowMs += ms) }
}

/** Numbers in equal steps through the whole range. */
function evenly(steps: number): () => number {
  let i = 0
  return () => (i++ % steps) / steps
}

function countChoices(choice: { next(): ServerAddress | undefined }, times: number): Record<number, number> {
  const counts: Record<number, number> = {}
  for (let i = 0; i < times; i++) {
    const port = choice.next()?.port ?? 0
    counts[port] = (counts[port] ?? 0) + 1
  }
  return counts
}

test('servers are chosen at random by weight', t => {
  const parts = makeParts([at(1), at(2, { weight: 3 })])
  t.deepEqual(countChoices(createRandomChoice({ ...parts, random: evenly(100) }), 100), { 1: 25, 2: 75 })
})

test('after the failure of a server all others are equally likely', t => {
  const parts = makeParts([at(1), at(2), at(3), at(4)])
  const choice = createRandomChoice({ ...parts, random: evenly(90) })
  parts.failures.noteFailure(at(2))
  t.deepEqual(countChoices(choice, 90), { 1: 30, 3: 30, 4: 30 })
})

test('a server that failed is in doubt for a time that doubles, until it works', t => {
  const parts = makeParts([at(1), at(2)])
  const choice = createOrderedChoice({ ...parts, random: () => 0 })
  parts.failures.noteFailure(at(1))
  parts.pass(1999)
  t.is(choice.next()?.port, 2)
  parts.pass(1)
  t.is(choice.next()?.port, 1)
  parts.failures.noteFailure(at(1))
  parts.pass(3999)
  t.is(choice.next()?.port, 2)
  parts.failures.noteWorking(at(1))
  t.is(choice.next()?.port, 1)
})

test('when all servers have failed, any but the last that failed is chosen', t => {
  const parts = makeParts([at(1), at(2), at(3)])
  const choice = createRandomChoice({ ...parts, random: evenly(10) })
  for (const port of [3, 1, 2]) parts.failures.noteFailure(at(port))
  t.deepEqual(countChoices(choice, 10), { 1: 5, 3: 5 })
})

test('the only server is chosen even after it has failed', t => {
  const parts = makeParts([at(1)])
  for (const create of [createRandomChoice, createOrderedChoice]) {
    const choice = create({ ...parts, random: () => 0 })
    parts.failures.noteFailure(at(1))
    t.is(choice.next()?.port, 1)
  }
})

test('servers of the own zone are preferred as long as one of them works', t => {
  const parts = makeParts([at(1, { zone: 'a' }), at(2, { zone: 'b' }), at(3, { zone: 'b' }), at(4)])
  const choice = createRandomChoice({ ...parts, random: evenly(60), zone: 'b' })
  t.deepEqual(countChoices(choice, 60), { 2: 30, 3: 30 })
  parts.failures.noteFailure(at(2))
  t.deepEqual(countChoices(choice, 60), { 3: 60 })
  parts.failures.noteFailure(at(3))
  t.deepEqual(countChoices(choice, 60), { 1: 30, 4: 30 })
  t.deepEqual(
    choice.better?.(at(1))?.map(({ port }) => port),
    [2, 3],
  )
  t.deepEqual(choice.better?.(at(2, { zone: 'b' })), [])
})

test('with failover the first of the list that works is chosen, and those before it are better', t => {
  const parts = makeParts([at(1), at(2), at(3)])
  const choice = createOrderedChoice({ ...parts, random: () => 0.9 })
  t.is(choice.next()?.port, 1)
  parts.failures.noteFailure(at(1))
  t.is(choice.next()?.port, 2)
  parts.failures.noteFailure(at(2))
  t.is(choice.next()?.port, 3)
  parts.failures.noteFailure(at(3))
  t.is(choice.next()?.port, 1, 'the one whose doubt ends first')
  t.deepEqual(
    choice.better?.(at(3))?.map(({ port }) => port),
    [1, 2],
  )
  t.deepEqual(choice.better?.(at(1)), [])
})

test('a server that was removed from the list is not chosen', t => {
  const parts = makeParts([])
  const random = createRandomChoice({ ...parts, random: () => 0 })
  const ordered = createOrderedChoice({ ...parts, random: () => 0 })
  const fixed = createFixedChoice(at(7), parts.servers)
  for (const choice of [random, ordered, fixed]) t.is(choice.next(), undefined)
  parts.servers.set([at(7)])
  for (const choice of [random, ordered, fixed]) t.is(choice.next()?.port, 7)
  parts.servers.set([at(8)])
  t.is(random.find(at(7)), undefined)
  t.is(fixed.next(), undefined)
})

test('a server that was removed from the list and added again is not in doubt', t => {
  const parts = makeParts([at(1), at(2)])
  const choice = createOrderedChoice({ ...parts, random: () => 0 })
  parts.failures.noteFailure(at(1))
  parts.servers.set([at(2)])
  parts.failures.noteFailure(at(2))
  parts.failures.noteWorking(at(2))
  parts.servers.set([at(1), at(2)])
  t.is(choice.next()?.port, 1)
})
