import type { Note } from '../contract.ts'
import { addTags, readDecorations } from './decorations.ts'
import type { Converted, FilterConverter } from './filter-contract.ts'
import { toGrok } from './grok-filter.ts'
import { toDrop, toGeoip, toTranslate, toUserAgent } from './looking-up-filters.ts'
import { toMutate } from './mutate-filter.ts'
import { toDate, toDissect, toJson, toKv } from './parsing-filters.ts'
import { PluginReading, type WrittenProcessor } from './reading.ts'
import type { Body, Branch, Plugin } from './syntax-tree.ts'
import { toPainless } from './to-painless.ts'

const CONVERTERS: ReadonlyMap<string, FilterConverter> = new Map([
  ['grok', toGrok],
  ['mutate', toMutate],
  ['date', toDate],
  ['json', toJson],
  ['kv', toKv],
  ['dissect', toDissect],
  ['drop', toDrop],
  ['translate', toTranslate],
  ['useragent', toUserAgent],
  ['geoip', toGeoip],
])

/** A pipeline of processors, and the ones that it calls by name. */
export class FilterConversion {
  readonly pipelines: Record<string, object> = {}
  readonly #notes: Note[]
  #branches = 0

  constructor(notes: Note[]) {
    this.#notes = notes
  }

  convertBody(body: Body): readonly WrittenProcessor[] {
    return body.flatMap(part => (part.kind === 'plugin' ? this.#convertPlugin(part) : this.#convertBranch(part)))
  }

  /** The steps run only where the condition is true when the first one would run. */
  under(condition: string, name: string, steps: readonly WrittenProcessor[]): readonly WrittenProcessor[] {
    const [only] = steps
    const [kind, options] = Object.entries(only ?? {})[0] ?? []
    if (only === undefined || kind === undefined) return []
    if (steps.length === 1) {
      const own = options?.['if']
      const both = typeof own === 'string' ? `(${condition}) && (${own})` : condition
      return [{ [kind]: { ...options, if: both } }]
    }
    this.pipelines[name] = { processors: steps }
    return [{ pipeline: { name, if: condition } }]
  }

  #convertPlugin(plugin: Plugin): readonly WrittenProcessor[] {
    const convert = CONVERTERS.get(plugin.name)
    const reading = new PluginReading(plugin, this.#notes)
    if (convert === undefined) {
      reading.left('this filter has no counterpart')
      return []
    }
    const converted = convert(reading)
    if (converted === undefined) return []
    const decorations = readDecorations(reading)
    reading.noteUnread()
    reading.taken(`pipeline: ${converted.steps.flatMap(step => Object.keys(step)).join(', ')}`)
    return this.#withFailures(plugin, converted, decorations)
  }

  /** An event on which a step fails is tagged, gets no decoration, and passes on to the next filter. */
  #withFailures(
    { name, position }: Plugin,
    { steps, failureTags, guard }: Converted,
    decorations: readonly WrittenProcessor[],
  ): readonly WrittenProcessor[] {
    const handler = failureTags.length === 0 ? { ignore_failure: true } : { on_failure: [addTags(failureTags)] }
    const isSimple = decorations.length === 0 || steps.every(step => 'drop' in step)
    const place = `${name}-${position.line}-${position.column}`
    if (isSimple) {
      const handled = steps.map(step => handle(step, handler))
      return guard === undefined ? handled : this.under(guard, place, handled)
    }
    this.pipelines[place] = { processors: [...steps, ...decorations] }
    return [{ pipeline: { name: place, ...(guard !== undefined && { if: guard }), ...handler } }]
  }

  /** Which arm is taken is noted before the first one runs, since it may change the fields of the conditions. */
  #convertBranch({ position, arms }: Branch): readonly WrittenProcessor[] {
    const place = `if-${position.line}-${position.column}`
    const [first] = arms
    if (arms.length === 1 && first?.condition !== undefined)
      return this.under(toPainless(first.condition), place, this.convertBody(first.body))
    const mark = `branch_${++this.#branches}`
    const chosen = arms.map(({ condition }, i): WrittenProcessor => {
      const test = condition === undefined ? undefined : toPainless(condition)
      return {
        set: { field: `@metadata.${mark}`, value: i + 1, override: false, ...(test !== undefined && { if: test }) },
      }
    })
    const bodies = arms.flatMap(({ body }, i) => {
      return this.under(`ctx['@metadata']?.${mark} == ${i + 1}`, `${place}-${i + 1}`, this.convertBody(body))
    })
    return [...chosen, ...bodies]
  }

  get hasMarks(): boolean {
    return this.#branches > 0
  }
}

function handle(step: WrittenProcessor, handler: Readonly<Record<string, unknown>>): WrittenProcessor {
  const [name = '', options] = Object.entries(step)[0] ?? []
  return name === 'drop' || name === 'set' || name === 'append' ? step : { [name]: { ...options, ...handler } }
}
