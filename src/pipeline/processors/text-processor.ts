import { FieldPath } from '../document/field-path.ts'
import { javaTextOf, javaTypeOf } from '../document/java-names.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import type { Value } from '../document/value.ts'
import type { Step } from '../processor/contract.ts'
import { flag, required, text } from '../processor/options.ts'

/** The options of every processor that changes texts. */
export const textOptions = {
  field: required(text('The field. Of a list every element is changed.')),
  target_field: text('The field for the result; `field` if it is missing.'),
  ignore_missing: flag('An event without the field, or with null in it, passes unchanged.'),
} as const

export interface TextOptions {
  readonly field: string
  readonly target_field: string | undefined
  readonly ignore_missing: boolean
}

/** A step that changes a text, or each text of a list. */
export function compileTextStep(options: TextOptions, change: (text: string) => Value): Step {
  const path = new FieldPath(options.field)
  const target = options.target_field === undefined ? path : new FieldPath(options.target_field)
  return event => {
    const value = readValue(path, event, options.ignore_missing)
    if (value === null) return
    target.write(event, changeAll(path, value, change))
  }
}

/** Null where the field is to be ignored. */
export function readValue(path: FieldPath, event: PipelineEvent, ignoreMissing: boolean): Value {
  const value = ignoreMissing ? (path.read(event) ?? null) : path.readRequired(event)
  if (value === null && !ignoreMissing) throw new ProcessingFault(`field [${path.text}] is null, cannot process it.`)
  return value
}

function changeAll(path: FieldPath, value: Value, change: (text: string) => Value): Value {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map(element => change(textIn(path, element)))
  throw new ProcessingFault(`field [${path.text}] of type [${javaTypeOf(value)}] cannot be cast to [java.lang.String]`)
}

function textIn(path: FieldPath, element: Value): string {
  if (typeof element === 'string') return element
  const place = `value [${javaTextOf(element)}] of type [${javaTypeOf(element)}] in list field [${path.text}]`
  throw new ProcessingFault(`${place} cannot be cast to [java.lang.String]`)
}
