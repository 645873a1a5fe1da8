import { MINUTE_MS } from '../../flow/time-units.ts'
import type { Log } from '../../telemetry/log.ts'

const LINES_PER_MINUTE = 60
const LINES_PER_ADDRESS = 10

/**
 * Warnings about clients, who can cause them as often as they like: a quota a minute for each address and for all, and at
 * the end of the minute the number of those that were left out.
 */
export class ClientLog {
  readonly #log: Log
  readonly #written = new Map<string, number>()
  #lines = 0
  #leftOut = 0
  #timer: NodeJS.Timeout | undefined

  constructor(log: Log) {
    this.#log = log
  }

  warn(address: string, fields: Readonly<Record<string, unknown>>, message: string): void {
    this.#timer ??= setTimeout(() => this.#endMinute(), MINUTE_MS).unref()
    const lines = this.#written.get(address) ?? 0
    if (this.#lines >= LINES_PER_MINUTE || lines >= LINES_PER_ADDRESS) return void this.#leftOut++
    this.#lines++
    this.#written.set(address, lines + 1)
    this.#log.warn(fields, message)
  }

  /** Reports what is still unreported. */
  close(): void {
    clearTimeout(this.#timer)
    this.#endMinute()
  }

  #endMinute(): void {
    if (this.#leftOut > 0) this.#log.warn({ count: this.#leftOut }, 'warnings about clients were left out')
    this.#timer = undefined
    this.#written.clear()
    this.#lines = 0
    this.#leftOut = 0
  }
}
