import { compileField } from '../document/compile-field.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { compileValue, isTemplate } from '../document/template.ts'
import { copyValue, type Value } from '../document/value.ts'
import { OptionFault } from '../processor/option-fault.ts'

export const MEDIA_TYPES = ['application/json', 'text/plain', 'application/x-www-form-urlencoded'] as const

export interface SourceOptions {
  readonly value: Value | undefined
  readonly copy_from: string | undefined
  readonly media_type: (typeof MEDIA_TYPES)[number]
}

/** The value of `value` or `copy_from`; undefined for one that is missing or empty, where `ignoreEmpty` is set. */
export function compileSource(
  { value, copy_from, media_type }: SourceOptions,
  ignoreEmpty: boolean,
): (event: PipelineEvent) => Value | undefined {
  const isWritten = value !== undefined && value !== null
  if (copy_from !== undefined) {
    if (isWritten) throw new OptionFault('cannot set `copy_from` while also setting `value`', { option: 'copy_from' })
    return compileCopy(copy_from, ignoreEmpty)
  }
  if (!isWritten) throw new OptionFault('[value] required property is missing', { option: 'value' })
  const valueOf = compileValue(value, media_type)
  // Only a template can be found empty; an empty text that is written is meant.
  if (!ignoreEmpty || typeof value !== 'string' || !isTemplate(value)) return valueOf
  return event => notEmpty(valueOf(event))
}

function compileCopy(copyFrom: string, ignoreEmpty: boolean): (event: PipelineEvent) => Value | undefined {
  const fieldOf = compileField(copyFrom)
  if (ignoreEmpty) return event => notEmpty(copyOf(fieldOf(event).read(event)))
  return event => copyValue(fieldOf(event).readRequired(event))
}

function copyOf(value: Value | undefined): Value | undefined {
  return value === undefined ? undefined : copyValue(value)
}

function notEmpty(value: Value | undefined): Value | undefined {
  return value === null || value === '' ? undefined : value
}
