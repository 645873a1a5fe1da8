import type { CollectorSettings } from '../config/settings.ts'
import { parseNameWithFields } from '../flow/name-with-fields.ts'
import type { PipelineSettings } from '../pipeline/pipeline-contract.ts'
import type { WrittenPipeline } from '../pipeline/written-pipeline.ts'

/** What its threads need; undefined where no event has to be read for the settings. */
export function toPipelineSettings(settings: CollectorSettings): PipelineSettings | undefined {
  const { pipeline, pipelines, pipelineDirectory, pipelineFailure, pipelineTimeoutMs, limits } = settings
  const index = indexOf(settings)
  if (isEmpty(pipeline) && index === undefined) return undefined
  const written: WrittenPipeline = {
    pipeline: pipeline ?? [],
    pipelines: pipelines ?? {},
    directory: pipelineDirectory,
    onFailure: pipelineFailure,
    index,
  }
  return { written, timeoutMs: pipelineTimeoutMs, eventBytes: limits.eventBytes }
}

/** A pipeline, or the fields of an index, can send an event that comes again to another index. */
export function mayMoveEvents({ pipeline, store }: CollectorSettings): boolean {
  if (store.type === 'embedded') return false
  return pipeline !== undefined || store.allowedIndices !== undefined
}

function isEmpty(pipeline: unknown): boolean {
  return pipeline === undefined || (Array.isArray(pipeline) && pipeline.length === 0)
}

/** The name of the target, if it has fields of events. */
function indexOf({ store }: CollectorSettings): string | undefined {
  if (store.type === 'embedded') return undefined
  const name = store.dataStream ?? store.index
  return parseNameWithFields(name) === undefined ? undefined : name
}
