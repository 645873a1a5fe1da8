import test from 'ava'
import type { Siege } from '../../../bench/hostile/siege.ts'
import { findMisses, percentile, toRow } from '../../../bench/hostile/table.ts'

const GOALS = { ackMs: 1000, healthMs: 300, lateMs: 50, peakRssBytes: 100 * 1024 * 1024 }

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

const good: Siege = {
  written: 100,
  arrived: 99,
  ackMs: numbers(900, 999),
  healthMs: numbers(1, 10),
  lateMs: [0, 0, 45],
  cpuMs: [0, 0, 7],
  peakRssBytes: 50 * 1024 * 1024,
}

test('a percentile is the smallest value that this share does not exceed', t => {
  t.is(percentile(numbers(1, 100), 50), 50)
  t.is(percentile(numbers(1, 100).toReversed(), 99), 99)
  t.is(percentile([3], 1), 3)
  t.is(percentile([], 99), Number.NaN)
})

test('a row has the figures in the order of the heading', t => {
  t.deepEqual(toRow('garbage', good, GOALS), [
    'garbage',
    '99 / 100',
    '949 / 998 / 999',
    '10 / 10',
    '45 / 45',
    '7 / 7',
    '50',
    '',
  ])
})

test('each goal that is missed is named: 99 of 100 acks, and all else always', t => {
  t.deepEqual(findMisses({ ...good, ackMs: [...numbers(800, 898), 5000] }, GOALS), [])
  t.deepEqual(findMisses({ ...good, ackMs: [...numbers(800, 897), 5000, 5000] }, GOALS), ['ack'])
  t.deepEqual(findMisses({ ...good, healthMs: [1, 300] }, GOALS), ['health'])
  t.deepEqual(findMisses({ ...good, lateMs: [1, 50] }, GOALS), ['loop'])
  t.deepEqual(findMisses({ ...good, peakRssBytes: GOALS.peakRssBytes }, GOALS), ['memory'])
  t.deepEqual(findMisses({ ...good, ackMs: [] }, GOALS), ['ack'])
})
