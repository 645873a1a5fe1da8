import test from 'ava'
import { createMeters } from '../../../src/telemetry/prometheus.ts'
import { mapSeries, mapStatus, type MetricTable } from '../../../src/telemetry/status-to-metrics.ts'

interface Status {
  readonly acked: number
  readonly behind: number
  readonly state: string
}

const table: MetricTable<Status> = {
  acked: { name: 'forwarder_acked_total', type: 'counter', help: 'Acked.' },
  behind: { name: 'forwarder_behind_bytes', type: 'gauge', help: 'Behind.' },
}

test('the numbers of a status become metrics by their table', async t => {
  const values = mapStatus(table, { acked: 5, behind: 2.5, state: 'open' })
  const text = await createMeters().format(values)
  t.regex(text, /# TYPE forwarder_acked_total counter\nforwarder_acked_total 5\n/u)
  t.regex(text, /# TYPE forwarder_behind_bytes gauge\nforwarder_behind_bytes 2\.5\n/u)
})

test('many statuses of one kind become series up to a limit, and those left out are counted', async t => {
  const rows = Array.from({ length: 5 }, (_, index) => [`/f${index}`, { acked: index, behind: 0, state: '' }] as const)
  const text = await createMeters().format(mapSeries(table, rows, { label: 'file', limit: 3 }))
  t.is(text.match(/^forwarder_acked_total\{/gmu)?.length, 3)
  t.regex(text, /forwarder_acked_total\{file="\/f2"\} 2/u)
  t.regex(text, /forwarder_series_left_out\{label="file"\} 2/u)
})

test('statuses with equal label values become one series with their sum', async t => {
  const rows = [
    ['/a', { acked: 1, behind: 10, state: '' }],
    ['/b', { acked: 2, behind: 0, state: '' }],
    ['/a', { acked: 3, behind: 5, state: '' }],
  ] as const
  const text = await createMeters().format(mapSeries(table, rows, { label: 'file', limit: 2 }))
  t.regex(text, /forwarder_acked_total\{file="\/a"\} 4/u)
  t.regex(text, /forwarder_behind_bytes\{file="\/a"\} 15/u)
  t.regex(text, /forwarder_series_left_out\{label="file"\} 0/u)
})

test('a label value may contain any character', async t => {
  const rows = [['/a"b\\c\nd', { acked: 1, behind: 0, state: '' }]] as const
  const text = await createMeters().format(mapSeries(table, rows, { label: 'file', limit: 2 }))
  t.true(text.includes(String.raw`forwarder_acked_total{file="/a\"b\\c\nd"} 1`))
})

test('a duration is counted in its bucket', async t => {
  const meters = createMeters()
  const meter = meters.createDurationMeter('forwarder_request_seconds', 'Requests.')
  meter.observe(0.02)
  meter.observe(120)
  const text = await meters.format([])
  t.regex(text, /forwarder_request_seconds_bucket\{le="0.01"\} 0/u)
  t.regex(text, /forwarder_request_seconds_bucket\{le="0.025"\} 1/u)
  t.regex(text, /forwarder_request_seconds_bucket\{le="60"\} 1/u)
  t.regex(text, /forwarder_request_seconds_count 2/u)
})
