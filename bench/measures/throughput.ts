import { checkCount, waitForLines, withScene, type Site } from '../scene.ts'
import type { Sender } from '../senders/sender.ts'
import { readUsage } from '../usage.ts'
import type { Log, Workload } from '../workloads/workload.ts'
import type { Column, Figures, Measure } from './measure.ts'

const COLUMNS: readonly Column[] = [
  { figure: 'eventsPerSecond', header: 'events/s', digits: 0, hasRatio: true },
  { figure: 'flowEventsPerSecond', header: 'flowing', digits: 0 },
  { figure: 'cpuSecondsPerGb', header: 'CPU s/GB', digits: 1, hasRatio: true },
  { figure: 'peakRssMb', header: 'peak RSS MB', digits: 0, hasRatio: true },
  { figure: 'wireMbPerGb', header: 'on the wire, MB/GB', digits: 0 },
  { figure: 'receiverCpuSecondsPerGb', header: 'receiver CPU s/GB', digits: 1 },
]

/** Each sender ships the whole log; every line must be counted exactly once. */
export function makeThroughput(workload: Workload, megabytes: number): Measure {
  return {
    name: 'throughput',
    key: `throughput-${workload.name}-${megabytes}`,
    title: `${workload.title}, ${megabytes.toLocaleString('en')} MB`,
    columns: COLUMNS,
    async prepare(site) {
      const log = await workload.write(site.dir, megabytes * 1e6)
      return {
        description: `${log.lines.toLocaleString('en')} lines, ${(log.bytes / 1e6).toFixed(0)} MB`,
        run: sender => ship(sender, site, log),
      }
    },
  }
}

async function ship(sender: Sender, site: Site, log: Log): Promise<Figures> {
  return withScene({ sender, site, logPath: log.logPath }, async scene => {
    const child = await scene.start()
    await waitForLines(scene, child, log.lines)
    const [agent, receiver] = await Promise.all([child.usage(), readUsage(scene.sink.pid)])
    await checkCount(scene, log.lines)
    const { firstMs, lastMs, wireBytes } = await scene.sink.stats()
    const gigabytes = log.bytes / 1e9
    const flow = lastMs > firstMs ? { flowEventsPerSecond: (1000 * log.lines) / (lastMs - firstMs) } : {} // of several windows
    return {
      eventsPerSecond: (1000 * log.lines) / (lastMs - child.startedMs),
      ...flow,
      cpuSecondsPerGb: agent.cpuSeconds / gigabytes,
      peakRssMb: agent.peakRssBytes / 1e6,
      wireMbPerGb: wireBytes / 1e6 / gigabytes,
      receiverCpuSecondsPerGb: receiver.cpuSeconds / gigabytes,
    }
  })
}
