import type { DurationMeter, Meters } from './prometheus.ts'

/** Meters that measure from when they are first served; until then, their library is not loaded. */
export class LazyMeters {
  readonly #pending: ((meters: Meters) => void)[] = []
  #meters: Promise<Meters> | undefined

  createDurationMeter(name: string, help: string): DurationMeter {
    let meter: DurationMeter | undefined
    this.#pending.push(meters => (meter = meters.createDurationMeter(name, help)))
    return { observe: seconds => meter?.observe(seconds) }
  }

  /** All meters have to be created before. */
  load(): Promise<Meters> {
    this.#meters ??= this.#load()
    return this.#meters
  }

  async #load(): Promise<Meters> {
    const { createMeters } = await import('./prometheus.ts')
    const meters = createMeters()
    for (const create of this.#pending) create(meters)
    return meters
  }

  async close(): Promise<void> {
    const meters = await this.#meters
    meters?.close()
  }
}
