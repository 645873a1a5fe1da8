import test from 'ava'
import type { CollectorParts } from '../../../src/collector/collector-parts.ts'
import { collectHeld, judgeCollector } from '../../../src/collector/collector-metrics.ts'

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
    deadLetters: { status: () => ({ letters: 0, bytes: 0, maxBytes: 0, conversion: 'being converted (40 %)' }) },
    membership: { status: () => ({}) },
    reloads: { status: () => ({}) },
  } as unknown as CollectorParts
  t.deepEqual(judgeCollector(parts), { isHealthy: true, reasons: ['being converted (40 %)'] })
})
