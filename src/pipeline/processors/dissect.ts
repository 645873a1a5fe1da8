import { DissectFault } from '../dissect/dissect-fault.ts'
import { DissectPattern } from '../dissect/dissect-pattern.ts'
import { FieldPath, pathProblem } from '../document/field-path.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { readText } from '../document/read-text.ts'
import { defineProcessor } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { flag, required, text, withDefault } from '../processor/options.ts'

export const dissect = defineProcessor({
  summary: 'Cuts text into fields at fixed delimiters, as in `%{client} %{+time} %{+time}`.',
  options: {
    field: required(text('The field with the text.')),
    pattern: required(text('The pattern.')),
    append_separator: withDefault(text('The text between values that are joined.'), ''),
    ignore_missing: flag('An event without the field passes unchanged.'),
  },
  compile({ field, pattern, append_separator, ignore_missing }) {
    const path = new FieldPath(field)
    const compiled = compilePattern(pattern, append_separator)
    const write = compiled.plainNames === undefined ? writeFound(compiled) : writePlain(compiled, compiled.plainNames)
    return event => {
      const subject = readText(path, event, ignore_missing)
      if (subject !== undefined && !write(event, subject))
        throw new ProcessingFault(`Unable to find match for dissect pattern: ${pattern} against source: ${subject}`)
    }
  },
})

/** Writes what the pattern finds in the text; false where that is not of its form. */
type Write = (event: PipelineEvent, subject: string) => boolean

function writePlain(pattern: DissectPattern, names: readonly (string | undefined)[]): Write {
  const paths = names.map(name => (name === undefined ? undefined : new FieldPath(name)))
  return (event, subject) => {
    const values = pattern.cut(subject)
    if (values === undefined) return false
    for (let i = 0; i < paths.length; i++) paths[i]?.write(event, values[i] as string)
    return true
  }
}

function writeFound(pattern: DissectPattern): Write {
  const paths = new Map(pattern.names.map(name => [name, new FieldPath(name)]))
  return (event, subject) => {
    const found = pattern.match(subject)
    if (found === undefined) return false
    for (const [name, value] of found) (paths.get(name) ?? pathOf(name)).write(event, value)
    return true
  }
}

/** A name that is text of the event, by a reference. */
function pathOf(name: string): FieldPath {
  const problem = pathProblem(name)
  if (problem !== undefined) throw new ProcessingFault(problem)
  return new FieldPath(name)
}

function compilePattern(pattern: string, separator: string): DissectPattern {
  try {
    return new DissectPattern(pattern, separator)
  } catch (error) {
    if (!(error instanceof DissectFault)) throw error
    throw new OptionFault(error.message, { option: 'pattern', cause: error })
  }
}
