import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'

/** Describes the machine, without which the figures mean nothing. */
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
