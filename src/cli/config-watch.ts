export interface ConfigWatchOptions {
  /** What `--config` names: a file or a directory. */
  readonly path: string
  /** The files that were read of it. */
  readonly files: readonly string[]
  /** Whether SIGHUP counts as a change. */
  readonly signals: boolean
  /** Called once a change, with a reason for the log: `SIGHUP`, or which file. */
  readonly onChange: (reason: string) => void
  /** Default: 1000. */
  readonly intervalMs?: number
}

export interface ConfigWatch {
  /** From now on these files are looked at. */
  setFiles(files: readonly string[]): void
  close(): void
}

/** Notices that the configuration changed. */
export declare function watchConfig(options: ConfigWatchOptions): ConfigWatch
