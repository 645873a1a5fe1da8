import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Gauge, type Registry } from 'prom-client'

type Delays = ReturnType<typeof monitorEventLoopDelay>

/** By what prom-client's names have for them. */
const STATISTICS: Readonly<Record<string, (delays: Delays) => number>> = {
  min: ({ min }) => min,
  max: ({ max }) => max,
  mean: ({ mean }) => mean,
  stddev: ({ stddev }) => stddev,
  p50: delays => delays.percentile(50),
  p90: delays => delays.percentile(90),
  p99: delays => delays.percentile(99),
}
const NS_PER_SECOND = 1e9

/** The longest interval of prom-client's own measurement, which would wake the process a hundred times a second: 24 days. */
export const NO_INTERVAL = { eventLoopMonitoringPrecision: 2 ** 31 - 1 }

/** Puts gauges of the turns that the event loop took since the last answer in the place of prom-client's. It causes no turn. */
export function measureEventLoopDelay(registry: Registry): () => void {
  const delays = monitorEventLoopDelay({ samplePerIteration: true })
  // Enabled at once, it would take the first wait for a turn.
  const starting = setImmediate(() => delays.enable())
  const last = Object.keys(STATISTICS).at(-1)
  for (const [statistic, read] of Object.entries(STATISTICS)) {
    const name = `nodejs_eventloop_lag_${statistic}_seconds`
    const help = `The ${statistic} of the times that the turns of the event loop took since the last answer.`
    const collect = (gauge: Gauge) => {
      gauge.set(delays.count === 0 ? 0 : read(delays) / NS_PER_SECOND)
      if (statistic === last) delays.reset()
    }
    registry.removeSingleMetric(name)
    const gauge: Gauge = new Gauge({ name, help, registers: [registry], collect: () => collect(gauge) })
  }
  return () => {
    clearImmediate(starting)
    delays.disable()
  }
}
