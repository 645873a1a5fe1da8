import test from 'ava'
import type { Run } from '../../../bench/measure.ts'
import { compare, formatRatios, formatSummaries, median, summarize } from '../../../bench/report.ts'

const makeRun = (sender: string, seconds: number, agent: Run['agent']): Run => ({
  sender,
  seconds,
  flowSeconds: seconds / 2,
  agent,
  receiver: { cpuSeconds: 1, peakRssBytes: 1 },
  windows: 1,
  connections: 1,
})

const OURS = { cpuSeconds: 2, peakRssBytes: 50e6 }
const THEIRS = { cpuSeconds: 8, peakRssBytes: 100e6 }
const runs = [
  makeRun('ours', 1, OURS),
  makeRun('ours', 4, OURS),
  makeRun('ours', 2, OURS),
  makeRun('theirs', 3, THEIRS),
  makeRun('theirs', 8, THEIRS),
  makeRun('theirs', 8, THEIRS),
]

test('the median of an even number of values is the mean of the two in the middle', t => {
  t.is(median([4, 1, 3, 2]), 2.5)
  t.is(median([9, 1, 5]), 5)
})

test('a summary has the median rate and the processor time per gigabyte', t => {
  const [ours] = summarize(runs, { lines: 1000, bytes: 5e8 })
  t.like(ours, { sender: 'ours', eventsPerSecond: 500, flowEventsPerSecond: 1000, cpuSecondsPerGb: 4, peakRssMb: 50 })
})

test('a comparison of senders is the median of their ratios within each round', t => {
  t.deepEqual(compare(runs), [{ of: 'ours', to: 'theirs', eventsPerSecond: 3, cpuSeconds: 0.25, peakRss: 0.5 }])
})

test('the tables have one line per sender and one per comparison', t => {
  const summaries = formatSummaries(summarize(runs, { lines: 1000, bytes: 5e8 }))
  t.is(summaries.split('\n').length, 3)
  t.regex(summaries, /ours +500 +1,000 +2\.00 +4\.0 +50 +1\.00/)
  t.regex(formatRatios(compare(runs)), /ours \/ theirs +3\.00 × +0\.25 × +0\.50 ×/)
})
