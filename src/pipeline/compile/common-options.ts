// The options that every processor has.
import { isRecord } from '../../flow/is-record.ts'
import { compileCondition, type Condition } from '../conditions/compile-condition.ts'
import { ConditionFault } from '../conditions/condition-fault.ts'
import { describe, ownMember, readFlag } from './check-options.ts'
import type { FaultList, FaultPath } from './pipeline-fault.ts'

export const COMMON_OPTIONS: ReadonlyMap<string, string> = new Map([
  ['if', 'A condition: events for which it is false pass this processor unchanged.'],
  ['tag', 'A name for this processor, in the log, metrics and `_ingest.on_failure_processor_tag`.'],
  ['description', 'A text for people.'],
  ['ignore_failure', 'If the processor fails, the event continues with the next one.'],
  ['on_failure', 'Processors for events on which this one failed. The event then continues with the next one.'],
])

export interface CommonOptions {
  readonly condition: Condition | undefined
  readonly conditionText: string | undefined
  readonly tag: string | undefined
  readonly description: string | undefined
  readonly ignoresFailure: boolean
  /** As it was written; undefined where there is none. */
  readonly onFailure: readonly unknown[] | undefined
}

interface Place {
  readonly path: FaultPath
  readonly faults: FaultList
}

export function readCommonOptions(written: Readonly<Record<string, unknown>>, { path, faults }: Place): CommonOptions {
  const read = <Type>(name: string, reader: (value: unknown, at: Place) => Type | undefined): Type | undefined => {
    const value = ownMember(written, name)
    return value === undefined || value === null ? undefined : reader(value, { path: [...path, name], faults })
  }
  const conditionText = read('if', readConditionText)
  return {
    conditionText,
    condition:
      conditionText === undefined ? undefined : readCondition(conditionText, { path: [...path, 'if'], faults }),
    tag: read('tag', readText),
    description: read('description', readText),
    ignoresFailure: read('ignore_failure', readBoolean) ?? false,
    onFailure: read('on_failure', readOnFailure),
  }
}

/** A text, or a script as Kibana writes it: `{"lang": "painless", "source": "…"}`. */
function readConditionText(value: unknown, { path, faults }: Place): string | undefined {
  if (typeof value === 'string') return value
  const source = isRecord(value) ? ownMember(value, 'source') : undefined
  const lang = isRecord(value) ? (ownMember(value, 'lang') ?? 'painless') : undefined
  const others = isRecord(value) ? Object.keys(value).filter(name => name !== 'source' && name !== 'lang') : []
  if (typeof source === 'string' && lang === 'painless' && others.length === 0) return source
  faults.add(path, `expected a condition as a text, or {"lang": "painless", "source": …}, not ${describe(value)}`)
  return undefined
}

function readCondition(text: string, { path, faults }: Place): Condition | undefined {
  try {
    return compileCondition(text)
  } catch (error) {
    if (!(error instanceof ConditionFault)) throw error
    faults.add(path, error.message, error.column)
    return undefined
  }
}

function readText(value: unknown, { path, faults }: Place): string | undefined {
  if (typeof value === 'string') return value
  faults.add(path, `expected a text, not ${describe(value)}`)
  return undefined
}

function readBoolean(value: unknown, { path, faults }: Place): boolean | undefined {
  const flag = readFlag(value)
  if (flag === undefined) faults.add(path, `expected true or false, not ${describe(value)}`)
  return flag
}

function readOnFailure(value: unknown, { path, faults }: Place): readonly unknown[] | undefined {
  if (Array.isArray(value) && value.length > 0) return value
  const found = Array.isArray(value) ? 'an empty one' : describe(value)
  faults.add(path, `expected a list of processors, not ${found}`)
  return undefined
}
