import { FieldPath } from '../document/field-path.ts'
import { javaTypeOf } from '../document/java-names.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { type Fields, isFields, type List, memberOf, putMember, removeMember, type Value } from '../document/value.ts'
import { defineProcessor, type Outcome, type Step } from '../processor/contract.ts'
import { flag, oneProcessor, required, text } from '../processor/options.ts'

export const foreach = defineProcessor({
  summary: 'Runs a processor for each element of a list or object, which is `_ingest._value`.',
  options: {
    field: required(text('The field. For an object the name of the member is `_ingest._key`.')),
    processor: required(oneProcessor('The processor.')),
    ignore_missing: flag('An event without the field, or with null in it, passes unchanged.'),
  },
  compile({ field, processor, ignore_missing }, context) {
    const path = new FieldPath(field)
    const step = context.compileSteps([processor], 'processor')
    return event => {
      const value = ignore_missing ? (path.read(event) ?? null) : path.readRequired(event)
      if (Array.isArray(value)) return runForList({ event, path, step, value })
      if (isFields(value)) return runForFields({ event, path, step, value })
      if (value !== null)
        throw new ProcessingFault(`field [${field}] of type [${javaTypeOf(value)}] cannot be cast to a list or map`)
      if (ignore_missing) return undefined
      throw new ProcessingFault(`field [${field}] is null, cannot loop over its elements.`)
    }
  },
})

interface Loop<Of extends List | Fields> {
  readonly event: PipelineEvent
  readonly path: FieldPath
  readonly step: Step
  readonly value: Of
}

function runForList({ event, path, step, value }: Loop<List>): Outcome {
  // A processor that fails may have changed an element before.
  event.isChanged = true
  const changed: List = []
  for (const element of value) {
    const { outcome, after } = hold({ ingest: event.ingest, name: '_value', value: element }, () => step(event))
    if (outcome !== undefined) return outcome
    changed.push(after)
  }
  path.write(event, changed)
  return undefined
}

function runForFields({ event, path, step, value }: Loop<Fields>): Outcome {
  event.isChanged = true
  const changed: Fields = {}
  for (const [name, member] of Object.entries(value)) {
    let after: Value = null
    const { outcome, after: key } = hold({ ingest: event.ingest, name: '_key', value: name }, () => {
      const inner = hold({ ingest: event.ingest, name: '_value', value: member }, () => step(event))
      after = inner.after
      return inner.outcome
    })
    if (outcome !== undefined) return outcome
    if (typeof key === 'string' && key.trim() !== '') putMember(changed, key, after)
  }
  path.write(event, changed)
  return undefined
}

interface Held {
  readonly outcome: Outcome
  /** The value of the member when the step had run. */
  readonly after: Value
}

interface Member {
  readonly ingest: Fields
  readonly name: string
  readonly value: Value
}

/** The member of `_ingest` has the value while `run` runs; then it is as before. */
function hold({ ingest, name, value }: Member, run: () => Outcome | void): Held {
  const before = memberOf(ingest, name)
  putMember(ingest, name, value)
  try {
    return { outcome: run() ?? undefined, after: memberOf(ingest, name) ?? null }
  } finally {
    if (before === undefined) removeMember(ingest, name)
    else putMember(ingest, name, before)
  }
}
