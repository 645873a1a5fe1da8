import type { FieldPath } from './field-path.ts'
import { javaTypeOf } from './java-names.ts'
import type { PipelineEvent } from './pipeline-event.ts'
import { ProcessingFault } from './processing-fault.ts'
import type { Value } from './value.ts'

/**
 * The text of a field, as Elasticsearch's processors read one. Undefined for a missing field or null if that is to be
 * ignored; otherwise these are faults, as any other type is.
 */
export function readText(path: FieldPath, event: PipelineEvent, ignoreMissing: boolean): string | undefined {
  const text = readTextOrNull(path, event, ignoreMissing)
  if (text !== null) return text
  if (ignoreMissing) return undefined
  throw new ProcessingFault(`field [${path.text}] is null, cannot process it.`)
}

/** Null is not a fault: what follows from it is the processor's. */
export function readTextOrNull(path: FieldPath, event: PipelineEvent, ignoreMissing: boolean): string | null {
  const value = ignoreMissing ? (path.read(event) ?? null) : path.readRequired(event)
  if (value === null || typeof value === 'string') return value
  throw castFault(path, value, 'java.lang.String')
}

export function castFault(path: FieldPath, value: Value, javaType: string): ProcessingFault {
  return new ProcessingFault(`field [${path.text}] of type [${javaTypeOf(value)}] cannot be cast to [${javaType}]`)
}
