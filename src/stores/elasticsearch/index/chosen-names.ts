import type { StoreEvent } from '../../../flow/event-batch.ts'
import { isWithin } from '../../../flow/name-pattern.ts'
import type { Log } from '../../../telemetry/log.ts'
import { isTargetName, parseIndexPattern } from './index-pattern.ts'
import { DEFAULT_WINDOW, type IndexWindow, type WindowedNaming, limitToWindow } from './index-window.ts'

/** Events can choose any number of names; those of the oldest are made again. */
const MAX_NAMES = 2000

interface ChosenNamesOptions {
  readonly indexWindow?: IndexWindow
  readonly allowedIndices?: readonly string[]
  /** For events whose name is not allowed, or cannot be one. */
  readonly otherwise: WindowedNaming
  readonly log: Log
}

/** The indices that a pipeline chooses for events: those with the fields of an event in their name, and those of `reroute`. */
export class ChosenNames {
  readonly #options: ChosenNamesOptions
  /** By the name with times to fill in; undefined for a name that is not allowed. */
  readonly #known = new Map<string, WindowedNaming | undefined>()
  #isReported = false

  constructor(options: ChosenNamesOptions) {
    this.#options = options
  }

  /** Where a processor sends the event; undefined if none does, or not to an index that is allowed. */
  rerouted({ reroutedTo }: StoreEvent): WindowedNaming | undefined {
    return reroutedTo === undefined ? undefined : this.#find(reroutedTo)
  }

  /** Where its fields send the event. */
  filled({ filledIndex }: StoreEvent): WindowedNaming {
    const { otherwise } = this.#options
    return filledIndex === undefined ? otherwise : (this.#find(filledIndex) ?? otherwise)
  }

  #find(name: string): WindowedNaming | undefined {
    if (this.#known.has(name)) return this.#known.get(name)
    const naming = this.#make(name)
    if (naming === undefined) this.#report()
    const [oldest] = this.#known.keys()
    if (this.#known.size >= MAX_NAMES && oldest !== undefined) this.#known.delete(oldest)
    this.#known.set(name, naming)
    return naming
  }

  #make(name: string): WindowedNaming | undefined {
    const { allowedIndices = [], indexWindow = DEFAULT_WINDOW } = this.#options
    if (!isTargetName(name.replaceAll(/%\{\+[^{}]*\}/gu, '0'))) return undefined
    const wide = name.replaceAll(/%\{\+[^{}]*\}/gu, '*')
    if (!allowedIndices.some(pattern => isWithin(wide, pattern))) return undefined
    return this.#parse(name, indexWindow)
  }

  #parse(name: string, window: IndexWindow): WindowedNaming | undefined {
    try {
      return limitToWindow(parseIndexPattern(name), window)
    } catch {
      return undefined // its times are of no form that is known
    }
  }

  /** The name may have text of an event. */
  #report(): void {
    if (this.#isReported) return
    this.#isReported = true
    const message =
      'the pipeline chooses an index that cannot be one or that "store.allowedIndices" does not allow; such events go to the index of the store'
    this.#options.log.warn({ setting: 'store.allowedIndices' }, message)
  }
}
