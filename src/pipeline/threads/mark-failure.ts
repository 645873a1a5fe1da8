import { type Fields, type Value, isFields, memberOf, putMember } from '../document/value.ts'
import type { StepName } from './thread-contract.ts'

export interface Failure {
  readonly type: string
  readonly message: string
  readonly step: StepName | undefined
}

const TAGS: Readonly<Record<string, readonly string[]>> = {
  pipeline_timeout: ['pipeline_failure', 'pipeline_timeout'],
}

/** Adds `tags` and `error.*` to a document as it was received; nothing that it has is replaced. */
export function markFailure(fields: Fields, { type, message, step }: Failure): void {
  for (const tag of TAGS[type] ?? ['pipeline_failure']) append(fields, 'tags', tag)
  const error = memberOf(fields, 'error') ?? {}
  if (!isFields(error)) return // it is of another shape, which a store would refuse beside ours
  append(error, 'type', type)
  append(error, 'message', step === undefined ? message : `${step.path}: ${message}`)
  putMember(fields, 'error', error)
}

function append(fields: Fields, name: string, text: string): void {
  const known = memberOf(fields, name)
  if (known === undefined || known === null) return putMember(fields, name, name === 'tags' ? [text] : text)
  const list: Value[] = Array.isArray(known) ? known : [known]
  if (!isFields(known) && !list.includes(text)) putMember(fields, name, [...list, text])
}
