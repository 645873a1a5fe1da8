import type { FieldPath } from './field-path.ts'
import type { PipelineEvent } from './pipeline-event.ts'
import { ProcessingFault } from './processing-fault.ts'
import { castFault } from './read-text.ts'
import type { List } from './value.ts'

/** The list in a field. A missing field, null and any other type are faults; the message for null ends with `refusal`. */
export function readList(path: FieldPath, event: PipelineEvent, refusal: string): List {
  const value = path.readRequired(event)
  if (Array.isArray(value)) return value
  if (value === null) throw new ProcessingFault(`field [${path.text}] is null, ${refusal}`)
  throw castFault(path, value, 'java.util.List')
}
