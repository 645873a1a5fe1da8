import test from 'ava'
import type { CollectorParts } from '../../../src/collector/collector-parts.ts'
import { collectHeld, collectPipeline, judgeCollector } from '../../../src/collector/collector-metrics.ts'

const NO_PIPELINE = { isUsed: false, faults: [], notes: [] }

test('any number of held targets makes a bounded number of series, with all events in them', t => {
  const held = Array.from({ length: 500 }, (_, i) => ({
    target: `logs-${i}`,
    reason: '',
    remedy: '',
    events: i,
    sinceMs: 0,
  }))
  const values = collectHeld(held)
  t.is(values.length, 21)
  t.like(values[0], { labels: { target: 'logs-499' }, value: 499 })
  t.is(
    values.reduce((sum, { value }) => sum + value, 0),
    (499 * 500) / 2,
  )
  t.is(new Set(values.map(({ labels }) => labels?.['target'])).size, 21)
})

test('health names a conversion of dead letters, and stays good', t => {
  const parts = {
    indexer: { status: () => ({ health: { isHealthy: true, reasons: [] } }) },
    pipeline: { status: () => NO_PIPELINE },
    deadLetters: { status: () => ({ letters: 0, bytes: 0, maxBytes: 0, conversion: 'being converted (40 %)' }) },
    membership: { status: () => ({}) },
    reloads: { status: () => ({}) },
  } as unknown as CollectorParts
  t.deepEqual(judgeCollector(parts), { isHealthy: true, reasons: ['being converted (40 %)'] })
})

test('a processor that fails on everything makes the health bad, and a timeout is a note', t => {
  const parts = {
    indexer: { status: () => ({ health: { isHealthy: true, reasons: [] } }) },
    pipeline: { status: () => ({ ...NO_PIPELINE, faults: ['pipeline[0].grok failed'], notes: ['it took long'] }) },
    deadLetters: { status: () => ({}) },
    membership: { status: () => ({}) },
    reloads: { status: () => ({}) },
  } as unknown as CollectorParts
  t.deepEqual(judgeCollector(parts), { isHealthy: false, reasons: ['pipeline[0].grok failed', 'it took long'] })
})

test('the series of a pipeline are bounded, and there are none without a pipeline', t => {
  const step = { type: 'set', tag: '', events: 1, failed: 0, dropped: 0, timeouts: 0, seconds: 0 }
  const status = {
    isUsed: true,
    events: 1,
    dropped: 0,
    failed: 0,
    refused: 0,
    timeouts: 0,
    waiting: 0,
    steps: Array.from({ length: 500 }, (_, i) => ({ ...step, step: `pipeline[${i}].set` })),
    faults: [],
    notes: [],
  }
  const values = collectPipeline(status)
  t.deepEqual(values[6]?.labels, { step: 'pipeline[0].set', type: 'set', tag: '' })
  t.is(values.length, 6 + 200 * 5)
  t.deepEqual(collectPipeline({ ...status, isUsed: false }), [])
})
