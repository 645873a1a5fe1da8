/** Takes log lines: a constant message and varying fields, nothing per event. */
export interface Log {
  /** Per batch or rarer; off by default. */
  debug(fields: LogFields, message: string): void
  /** Something that an operator asked for. */
  info(fields: LogFields, message: string): void
  /** Unexpected and recovered. */
  warn(fields: LogFields, message: string): void
  /** Data lost, or a person must act. */
  error(fields: LogFields, message: string): void
}

export type LogFields = Readonly<Record<string, unknown>>

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }
