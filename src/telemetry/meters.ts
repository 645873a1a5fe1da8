import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { MetricValue } from './metric-values.ts'

/** Where durations are counted, in seconds: from a millisecond to a minute. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

export interface DurationMeter {
  observe(seconds: number): void
}

/** The measurements that no room can keep as a plain number, and the text form of all of them. */
export interface Meters {
  /** A histogram of durations; `name` ends in `_seconds`. Give it to whoever measures. */
  createDurationMeter(name: string, help: string): DurationMeter
  /** Adds the process's own figures: memory, CPU time, event loop delay, garbage collection. */
  includeProcess(): void
  readonly contentType: string
  /** Everything in Prometheus' text format: the meters and `values`, which were read just now. */
  format(values: readonly MetricValue[]): Promise<string>
  /** Forgets all meters. */
  close(): void
}

export function createMeters(): Meters {
  const registry = new Registry()
  let hasProcess = false
  return {
    createDurationMeter(name, help) {
      const histogram = new Histogram({ name, help, buckets: DURATION_BUCKETS, registers: [registry] })
      return { observe: seconds => histogram.observe(seconds) }
    },
    includeProcess() {
      if (!hasProcess) collectDefaultMetrics({ register: registry })
      hasProcess = true
    },
    contentType: registry.contentType,
    format: async values => (await registry.metrics()) + (await formatValues(values)),
    close: () => registry.clear(),
  }
}

/** A registry that lives for one answer: the rooms' own counters are the truth, so nothing here has to follow them. */
async function formatValues(values: readonly MetricValue[]): Promise<string> {
  const registry = new Registry()
  for (const series of Map.groupBy(values, value => value.name).values()) addSeries(registry, series)
  return await registry.metrics()
}

function addSeries(registry: Registry, series: readonly MetricValue[]): void {
  const [first] = series
  if (first === undefined) return
  const labelNames = [...new Set(series.flatMap(({ labels }) => Object.keys(labels ?? {})))]
  const settings = { name: first.name, help: first.help, labelNames, registers: [registry] }
  const metric = first.type === 'counter' ? new Counter(settings) : new Gauge(settings)
  for (const { value, labels } of series) metric.inc(labels ?? {}, value)
}
