import type { Log, LogFields } from '../../../src/telemetry/log.ts'

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly fields: LogFields
  readonly message: string
}

/** A log that keeps its lines. */
export function makeRecordingLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = []
  const record = (level: LogLine['level']) => (fields: LogFields, message: string) => {
    lines.push({ level, fields, message })
  }
  return { lines, debug: record('debug'), info: record('info'), warn: record('warn'), error: record('error') }
}
