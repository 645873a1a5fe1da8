import test from 'ava'
import { StepTotals } from '../../../src/pipeline/step-totals.ts'

const GROK = { path: 'pipeline[0].grok', type: 'grok', tag: 'access' }
const SET = { path: 'pipeline[1].set', type: 'set' }

function counts(events: readonly number[], failed: readonly number[]) {
  const none = new Float64Array(events.length)
  return { events: Float64Array.from(events), failed: Float64Array.from(failed), dropped: none, milliseconds: none }
}

test('a step that fails on all of its last hundred events is a fault, until one event passes', t => {
  const totals = new StepTotals()
  totals.keep([GROK, SET])
  totals.note([GROK, SET], counts([60, 60], [60, 0]))
  t.deepEqual(totals.explainFailures(), [])
  totals.note([GROK, SET], counts([60, 0], [60, 0]))
  t.deepEqual(totals.explainFailures(), ['pipeline[0].grok (tag access) failed on all of its last 120 events'])
  totals.note([GROK, SET], counts([60, 60], [59, 0]))
  t.deepEqual(totals.explainFailures(), [])
  t.like(totals.list()[0], { events: 180, failed: 179 })
})

test('a timeout is explained for ten minutes, with its pattern', t => {
  let nowMs = 0
  const totals = new StepTotals(() => nowMs)
  totals.keep([GROK])
  totals.noteTimeout(GROK, `^${'a'.repeat(500)}`)
  const [note = ''] = totals.explainTimeouts(1000)
  t.regex(
    note,
    /^pipeline\[0\]\.grok \(tag access\) took longer than 1000 ms on 1 events since the start in the pattern \^a+…;/,
  )
  t.true(note.length < 400)
  nowMs = 600_001
  t.deepEqual(totals.explainTimeouts(1000), [])
  t.is(totals.list()[0]?.timeouts, 1)
})

test('steps of an earlier pipeline are forgotten, and those that stay keep their numbers', t => {
  const totals = new StepTotals()
  totals.keep([GROK, SET])
  totals.note([GROK, SET], counts([5, 5], [0, 0]))
  totals.keep([GROK])
  totals.note([GROK, SET], counts([5, 5], [0, 0]))
  t.deepEqual(
    totals.list().map(({ step, events }) => [step, events]),
    [['pipeline[0].grok', 10]],
  )
})
