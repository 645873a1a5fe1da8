/** The log that senders ship: always the same bytes for the same size. */
export interface Workload {
  readonly name: string
  readonly title: string
  /** Writes at least `bytes` below `dir`. */
  write(dir: string, bytes: number): Promise<Log>
}

export interface Log {
  /** A path or a pattern. */
  readonly logPath: string
  readonly lines: number
  readonly bytes: number
}
