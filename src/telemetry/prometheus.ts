import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { EventLoopDelay } from './event-loop-delay.ts'
import type { MetricValue } from './status-to-metrics.ts'

/** From a millisecond to a minute. */
const DURATION_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** The longest interval of the library's own measurement, which would wake the process a hundred times a second: 24 days. */
const NO_INTERVAL = { eventLoopMonitoringPrecision: 2 ** 31 - 1 }

export interface DurationMeter {
  observe(seconds: number): void
}

/** Measurements that are more than one plain number, and the text form of all metrics. */
export interface Meters {
  /** Creates a histogram of durations; `name` ends in `_seconds`. */
  createDurationMeter(name: string, help: string): DurationMeter
  /** Adds the metrics of the process: memory, CPU time, event loop delay, garbage collection. */
  includeProcess(): void
  readonly contentType: string
  /** Formats the meters and `values` in Prometheus' text format. */
  format(values: readonly MetricValue[]): Promise<string>
  close(): void
}

export function createMeters(): Meters {
  const registry = new Registry()
  let loopDelay: EventLoopDelay | undefined
  return {
    createDurationMeter(name, help) {
      const histogram = new Histogram({ name, help, buckets: DURATION_BUCKETS_SECONDS, registers: [registry] })
      return { observe: seconds => histogram.observe(seconds) }
    },
    includeProcess() {
      if (loopDelay !== undefined) return
      collectDefaultMetrics({ register: registry, ...NO_INTERVAL })
      loopDelay = new EventLoopDelay()
      replaceLoopDelay(registry, loopDelay)
    },
    contentType: registry.contentType,
    format: async values => (await registry.metrics()) + (await formatValues(values)),
    close: () => {
      loopDelay?.close()
      registry.clear()
    },
  }
}

/** Puts gauges of our measurement in the place of the library's. */
function replaceLoopDelay(registry: Registry, { statistics }: EventLoopDelay): void {
  for (const { name: statistic, read } of statistics) {
    const name = `nodejs_eventloop_lag_${statistic}_seconds`
    const help = `The ${statistic} of the times that the turns of the event loop took since the last answer.`
    registry.removeSingleMetric(name)
    const gauge: Gauge = new Gauge({ name, help, registers: [registry], collect: () => gauge.set(read()) })
  }
}

/** Uses a registry for one answer only: the rooms keep the counters, so nothing here has to follow them. */
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
