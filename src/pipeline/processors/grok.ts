import { FieldPath } from '../document/field-path.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { readText } from '../document/read-text.ts'
import type { Value } from '../document/value.ts'
import type { Capture, CaptureType } from '../patterns/capture.ts'
import { Grok, type GrokOptions } from '../patterns/grok.ts'
import { doubleValue, floatValue, parseDouble, parseInteger } from '../values/java-numbers.ts'
import { PatternFault } from '../patterns/pattern-fault.ts'
import { readPatternFile } from '../patterns/pattern-file.ts'
import { type CompileContext, defineProcessor } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { flag, oneOf, required, text, textMap, texts, withDefault } from '../processor/options.ts'

export const grok = defineProcessor({
  summary: 'Finds fields in text by patterns, such as `%{IP:source.ip}`.',
  options: {
    field: required(text('The field with the text.')),
    patterns: required(texts('Patterns. The one that matches first fills its fields.')),
    pattern_definitions: textMap('Further patterns by name. They win over the ready-made ones.'),
    patternsDir: texts('Directories with files of patterns, as Logstash has them. Elasticsearch has no such option.'),
    ecs_compatibility: withDefault(
      oneOf(['disabled', 'v1'], 'Whether ready-made patterns fill fields of the Elastic Common Schema (`v1`).'),
      'disabled',
    ),
    trace_match: flag('The place in `patterns` of the one that matched is in `_ingest._grok_match_index`.'),
    ignore_missing: flag('An event without the field passes unchanged.'),
  },
  compile(options, context) {
    const { field, patterns, trace_match, ignore_missing } = options
    const path = new FieldPath(field)
    const definitions = new Map([
      ...readDirectories(options.patternsDir ?? [], context),
      ...Object.entries(options.pattern_definitions ?? {}),
    ])
    const compiled = compilePatterns({ patterns, definitions, ecs: options.ecs_compatibility })
    const writers = compiled.fields.map(captures => captures.map(makeWriter))
    return event => {
      const subject = readText(path, event, ignore_missing)
      if (subject === undefined) return
      const found = compiled.match(subject, event.notePart)
      if (found === undefined)
        throw new ProcessingFault(`Provided Grok expressions do not match field value: [${subject}]`)
      const { values } = found
      const writes = writers[found.pattern] as readonly Write[]
      for (let i = 0; i < writes.length; i++) writes[i]?.(event, values[i])
      if (trace_match) MATCH_INDEX.write(event, String(found.pattern))
    }
  },
})

const MATCH_INDEX = new FieldPath('_ingest._grok_match_index')

function readDirectories(directories: readonly string[], context: CompileContext): [string, string][] {
  const paths = directories.flatMap(directory => context.listDirectory(directory))
  return paths.flatMap(path => [...context.openFile(path, bytes => readFile(path, bytes)).current])
}

function readFile(path: string, bytes: Buffer): ReadonlyMap<string, string> {
  try {
    return readPatternFile(bytes.toString('utf8'))
  } catch (error) {
    throw asOptionFault(error, `${path}: `, 'patternsDir')
  }
}

function compilePatterns(options: GrokOptions): Grok {
  if (options.patterns.length === 0) throw new OptionFault('List of patterns must not be empty', { option: 'patterns' })
  try {
    return new Grok(options)
  } catch (error) {
    const place = error instanceof PatternFault ? (error.place ?? 0) : 0
    throw asOptionFault(error, `Invalid regex pattern found in: [${options.patterns[place]}]. `, `patterns.${place}`)
  }
}

function asOptionFault(error: unknown, prefix: string, option: string): unknown {
  if (!(error instanceof PatternFault)) return error
  return new OptionFault(prefix + error.message, { option, cause: error })
}

type Write = (event: PipelineEvent, value: string | undefined) => void

function makeWriter({ field, type }: Capture): Write {
  const path = new FieldPath(field)
  const convert = CONVERTERS[type]
  return (event, value) => {
    if (value !== undefined) path.write(event, convert(value))
  }
}

const CONVERTERS: Readonly<Record<CaptureType, (text: string) => Value>> = {
  string: value => value,
  int: value => parsed(value, parseInteger(value, 32)),
  long: value => parsed(value, parseInteger(value, 64)),
  float: value => floatValue(parsed(value, parseDouble(value))),
  double: value => doubleValue(parsed(value, parseDouble(value))),
  boolean: value => value.toLowerCase() === 'true',
}

function parsed<Number>(written: string, value: Number | undefined): Number {
  if (value !== undefined) return value
  throw new ProcessingFault(written.trim() === '' ? 'empty String' : `For input string: "${written}"`)
}
