import { isRecord } from '../../flow/is-record.ts'
import type { WrittenPipelines } from '../../pipeline/compile/compile-pipelines.ts'
import type { StepInfo } from '../../pipeline/compile/step-info.ts'
import { FieldPath } from '../../pipeline/document/field-path.ts'
import { PipelineEvent } from '../../pipeline/document/pipeline-event.ts'
import type { Fields } from '../../pipeline/document/value.ts'
import { makePrintable } from '../program/printable-text.ts'
import { findProgress } from './grok-progress.ts'

const SHOWN_CHARACTERS = 60

/** How far each pattern of a grok that failed came on the text; nothing for another processor. */
export function explainGrok(step: StepInfo, written: WrittenPipelines, before: Fields): readonly string[] {
  const options = step.type === 'grok' ? optionsOf(step, written) : undefined
  const { field, patterns, pattern_definitions: definitions, ecs_compatibility: ecs } = options ?? {}
  if (typeof field !== 'string') return []
  const event = new PipelineEvent({ id: '', fields: before, ingest: {} })
  const text = new FieldPath(field).read(event)
  if (typeof text !== 'string') return []
  const bank = new Map(Object.entries(isRecord(definitions) ? definitions : {}) as [string, string][])
  const settings = { definitions: bank, ecs: ecs === 'v1' ? 'v1' : 'disabled' } as const
  return [patterns ?? []].flat().flatMap((pattern, i) => {
    if (typeof pattern !== 'string') return []
    const progress = findProgress(pattern, text, settings)
    if (progress === undefined) return [`pattern ${i} does not match from its beginning`]
    const { matched, failedAt, position } = progress
    return [
      `pattern ${i} matches up to ${end(matched)}, and then not ${makePrintable(failedAt)} at character ${position + 1}:`,
      `  ${end(text.slice(0, position))}▶${start(text.slice(position))}`,
    ]
  })
}

function end(text: string): string {
  const shown = makePrintable(text)
  return shown.length > SHOWN_CHARACTERS ? `…${shown.slice(-SHOWN_CHARACTERS)}` : shown
}

function start(text: string): string {
  const shown = makePrintable(text)
  return shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS)}…` : shown
}

function optionsOf({ path, type }: StepInfo, written: WrittenPipelines): Record<string, unknown> | undefined {
  let value: unknown = written
  for (const key of [...path, type]) {
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
  }
  return isRecord(value) ? value : undefined
}
