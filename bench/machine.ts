import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'

/** What a reader must know of the machine to make sense of the figures. */
export function describeMachine(): string {
  const processors = cpus()
  return [
    `${availableParallelism()} × ${processors[0]?.model ?? 'unknown processor'}`,
    `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    `Linux ${release()}`,
    `Node ${process.versions.node}`,
    `load ${loadavg()[0]?.toFixed(2)} at the start`,
  ].join(', ')
}
