import { FieldPath, pathProblem } from '../document/field-path.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { castFault } from '../document/read-text.ts'
import { compileJavaPattern, type JavaPattern } from '../java/java-pattern.ts'
import { splitText } from '../java/split-text.ts'
import { defineProcessor } from '../processor/contract.ts'
import { flag, required, text, texts } from '../processor/options.ts'

export const kv = defineProcessor({
  summary: 'Makes fields of pairs such as `a=1 b=2`.',
  options: {
    field: required(text('The field with the text.')),
    field_split: required(text('Between pairs: a regular expression.')),
    value_split: required(text('Between the name and the value of a pair: a regular expression.')),
    target_field: text('The object for the fields; the document if not given.'),
    prefix: text('Put in front of each name.'),
    include_keys: texts('Only these names.'),
    exclude_keys: texts('None of these names.'),
    trim_key: text('Characters to remove around names.'),
    trim_value: text('Characters to remove around values.'),
    strip_brackets: flag('Brackets `()`, `<>`, `[]` and quotes around values are removed.'),
    ignore_missing: flag('An event without the field passes unchanged.'),
  },
  compile(options) {
    const { field, value_split, ignore_missing, include_keys, exclude_keys } = options
    const path = new FieldPath(field)
    const pairSeparator = compileJavaPattern(options.field_split)
    const valueSeparator = compileJavaPattern(value_split)
    const trimKey = makeTrimmer(options.trim_key)
    const trimValue = makeTrimmer(options.trim_value)
    const clean = options.strip_brackets ? (value: string) => trimValue(stripBrackets(value)) : trimValue
    const included = include_keys && new Set(include_keys)
    const excluded = new Set(exclude_keys)
    const prefix = `${options.target_field === undefined ? '' : `${options.target_field}.`}${options.prefix ?? ''}`
    return event => {
      const subject = readSubject(event, path, ignore_missing)
      if (subject === undefined) return
      for (const pair of splitText(subject, pairSeparator, false)) {
        const [name, value] = splitOnce(pair, valueSeparator)
        if (value === undefined)
          throw new ProcessingFault(`field [${field}] does not contain value_split [${value_split}]`)
        const key = trimKey(name)
        if (included?.has(key) !== false && !excluded.has(key)) append(event, prefix + key, clean(value))
      }
    }
  },
})

function readSubject(event: PipelineEvent, path: FieldPath, ignoreMissing: boolean): string | undefined {
  const value = ignoreMissing ? (path.read(event) ?? null) : path.readRequired(event)
  if (typeof value === 'string') return value
  if (value !== null) throw castFault(path, value, 'java.lang.String')
  if (ignoreMissing) return undefined
  throw new ProcessingFault(`field [${path.text}] is null, cannot extract key-value pairs.`)
}

/** A second value of a name makes a list of both. */
function append(event: PipelineEvent, name: string, value: string): void {
  const problem = pathProblem(name)
  if (problem !== undefined) throw new ProcessingFault(problem)
  const path = new FieldPath(name)
  const present = path.read(event)
  if (present === undefined) path.write(event, value)
  else path.write(event, Array.isArray(present) ? [...present, value] : [present, value])
}

/** The name and the value; the name alone where the separator is missing. A match of nothing at the beginning is none. */
function splitOnce(pair: string, { regexp }: JavaPattern): readonly [name: string, value?: string] {
  for (const { 0: match, index } of pair.matchAll(regexp))
    if (index > 0 || match !== '') return [pair.slice(0, index), pair.slice(index + match.length)]
  return [pair]
}

function makeTrimmer(characters: string | undefined): (text: string) => string {
  if (characters === undefined) return value => value
  const { regexp } = compileJavaPattern(`(^([${characters}]+))|([${characters}]+$)`)
  return value => value.replaceAll(regexp, '')
}

function stripBrackets(value: string): string {
  return value.replace(/^[([<"']/u, '').replace(/[\])>"']$/u, '')
}
