import { FieldPath } from '../document/field-path.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { readText } from '../document/read-text.ts'
import { copyValue, type Fields, isFields, memberOf, removeMember, type Value } from '../document/value.ts'
import { FORMAT_NAMES, FORMATS, formatNamed } from '../formats/catalogue.ts'
import { detectFormat } from '../formats/detect-format.ts'
import type { ConstantFields, Format, FormatOptions, Variant } from '../formats/format.ts'
import { type CompileContext, defineProcessor, type Outcome, type Step } from '../processor/contract.ts'
import { flag, oneOf, required, text, withDefault } from '../processor/options.ts'

const MESSAGE = new FieldPath('message')
const ORIGINAL = new FieldPath('event.original')
const LOG_PATH = new FieldPath('log.file.path')
/** The name of the format that an agent recognised. */
const RECOGNISED = new FieldPath('log.format')

export const parse = defineProcessor({
  summary:
    'Makes fields of the Elastic Common Schema of a line in a format with a name. Elasticsearch does not have it.',
  options: {
    format: required(
      oneOf(['auto', ...FORMAT_NAMES], 'The format; `auto` takes that in `log.format`, or the one that the line has.'),
    ),
    timezone: withDefault(text('The zone of times that are written without one; a template is possible.'), 'UTC'),
    keep_original: flag('The line as it was is kept as `event.original`.'),
  },
  shorthand: 'format',
  compile({ format, timezone, keep_original }, context) {
    const parseLine =
      format === 'auto' ? compileAuto({ timezone }, context) : compileNamed(format, { timezone }, context)
    return event => {
      const line = readText(MESSAGE, event, false) ?? ''
      if (keep_original) ORIGINAL.write(event, line)
      return parseLine(event, line)
    }
  },
})

type LineStep = (event: PipelineEvent, line: string) => Outcome

/**
 * A line may be of another program than the first ones of its file, by which an agent recognised the format: then it is
 * looked at itself. An unknown line changes nothing: no format was promised.
 */
function compileAuto(options: FormatOptions, context: CompileContext): LineStep {
  const all = FORMATS.map(format => ({ format, parseLine: compileNamed(format.name, options, context) }))
  const steps = new Map(all.map(step => [step.format.name, step]))
  return (event, line) => {
    const recognised = steps.get(textOf(RECOGNISED.read(event)))
    const isOfFormat = recognised?.format.variants.some(({ looks }) => looks.test(line)) === true
    const found = () => steps.get(detectFormat({ lines: [line], path: textOf(LOG_PATH.read(event)) }) ?? '')
    return (isOfFormat ? recognised : found())?.parseLine(event, line)
  }
}

function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : ''
}

function compileNamed(name: string, options: FormatOptions, context: CompileContext): LineStep {
  const format = formatNamed(name)
  const variants = format?.variants.map(variant => compileVariant(variant, options, context)) ?? []
  return (event, line) => {
    const variant = variants.find(({ looks }) => looks.test(line))
    if (format === undefined || variant === undefined)
      throw new ProcessingFault(`the line does not look like the format [${name}]`)
    return variant.run(event, format)
  }
}

interface CompiledVariant {
  readonly looks: RegExp
  run(event: PipelineEvent, format: Format): Outcome
}

function compileVariant(variant: Variant, options: FormatOptions, context: CompileContext): CompiledVariant {
  const { looks, dataset, fields = {} } = variant
  const step: Step = context.compileSteps(variant.processors(options), 'format')
  const constants = [...constantsOf(fields), { path: new FieldPath('event.dataset'), value: dataset }]
  return {
    looks,
    run(event, format) {
      for (const { path, value } of constants) path.write(event, copyValue(value))
      const outcome = step(event) ?? undefined
      removeLeftovers(event, format)
      return outcome
    },
  }
}

function constantsOf(
  fields: ConstantFields,
  prefix = '',
): readonly { readonly path: FieldPath; readonly value: Value }[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (typeof value === 'string') return { path: new FieldPath(prefix + name), value }
    if (isList(value)) return { path: new FieldPath(prefix + name), value: [...value] }
    return constantsOf(value, `${prefix}${name}.`)
  })
}

function isList(value: readonly string[] | ConstantFields): value is readonly string[] {
  return Array.isArray(value)
}

/** Texts between two steps, and objects of the format in which everything has another name now. */
function removeLeftovers({ fields }: PipelineEvent, format: Format): void {
  removeMember(fields, '_parsed')
  removeIfEmpty(fields, format.name)
}

function removeIfEmpty(fields: Fields, name: string): void {
  const member = memberOf(fields, name)
  if (!isFields(member)) return
  for (const inner of Object.keys(member)) removeIfEmpty(member, inner)
  if (Object.keys(member).length === 0) removeMember(fields, name)
}
