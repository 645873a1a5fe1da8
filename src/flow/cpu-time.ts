/** The CPU time of the whole process, all of its threads, in milliseconds. Waiting for files, turns or a core costs none. */
export function cpuTimeMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
