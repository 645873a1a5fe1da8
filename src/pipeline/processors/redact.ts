import { FieldPath } from '../document/field-path.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { readText } from '../document/read-text.ts'
import { bounded } from '../document/text-limit.ts'
import { PatternFault } from '../patterns/pattern-fault.ts'
import { compilePlaces, type FindPlaces, type PatternPlace } from '../patterns/pattern-places.ts'
import { defineProcessor } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { flag, required, text, textMap, texts, withDefault } from '../processor/options.ts'

const IS_REDACTED = new FieldPath('_ingest._redact._is_redacted')

export const redact = defineProcessor({
  summary: 'Hides the parts of a text that match patterns of grok, such as addresses.',
  options: {
    field: required(text('The field with the text.')),
    patterns: required(texts('Patterns such as `%{EMAILADDRESS:EMAIL}`: what matches becomes `<EMAIL>`.')),
    pattern_definitions: textMap('Further patterns by name. They win over the ready-made ones.'),
    prefix: withDefault(text('The text before the name.'), '<'),
    suffix: withDefault(text('The text behind the name.'), '>'),
    ignore_missing: flag('An event without the field passes unchanged.', true),
    trace_redact: flag('`_ingest._redact._is_redacted` is true if a part was hidden.'),
    skip_if_unlicensed: flag('Accepted and ignored: there is no licence.'),
  },
  compile({ field, patterns, pattern_definitions = {}, prefix, suffix, ignore_missing, trace_redact }) {
    if (patterns.length === 0) throw new OptionFault('List of patterns must not be empty', { option: 'patterns' })
    const path = new FieldPath(field)
    const definitions = new Map(Object.entries(pattern_definitions))
    const finders = patterns.map((pattern, i) => compilePattern(pattern, definitions, `patterns.${i}`))
    return event => {
      const value = readText(path, event, true)
      if (value === undefined && ignore_missing) return
      if (value === undefined) throw new ProcessingFault(`field [${field}] is null or missing`)
      const places = finders.flatMap((find, i) => {
        event.notePart(i)
        return find(value)
      })
      if (places.length === 0) return
      path.write(event, hide(value, mergePlaces(places), { prefix, suffix }))
      if (trace_redact) IS_REDACTED.write(event, true)
    }
  },
})

function compilePattern(pattern: string, definitions: ReadonlyMap<string, string>, option: string): FindPlaces {
  try {
    return compilePlaces(pattern, definitions)
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error
    const message = `Invalid regex pattern found in: [${pattern}]. ${error.message}`
    throw new OptionFault(message, { option, cause: error })
  }
}

function hide(value: string, places: readonly PatternPlace[], marks: { prefix: string; suffix: string }): string {
  let hidden = ''
  let at = 0
  for (const { start, end, name } of places) {
    hidden = bounded(`${hidden}${value.slice(at, start)}${marks.prefix}${name}${marks.suffix}`)
    at = end
  }
  return hidden + value.slice(at)
}

/** Places that touch or overlap become one, with the name of the longest. */
function mergePlaces(places: readonly PatternPlace[]): readonly PatternPlace[] {
  const merged: PatternPlace[] = []
  let longest = 0
  for (const place of places.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    const length = place.end - place.start
    if (last === undefined || last.end < place.start) merged.push(place)
    else merged[merged.length - 1] = joined(last, place, length > longest)
    longest = last === undefined || last.end < place.start ? length : Math.max(longest, length)
  }
  return merged
}

function joined(one: PatternPlace, other: PatternPlace, isOtherLonger: boolean): PatternPlace {
  const { name } = isOtherLonger ? other : one
  return { start: one.start, end: Math.max(one.end, other.end), name }
}
