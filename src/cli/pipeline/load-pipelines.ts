import { dirname } from 'node:path'
import { checkPipelines } from '../../config/pipelines/check-pipelines.ts'
import { loadCollectorConfig } from '../../config/load.ts'
import { ConfigError } from '../../config/text/problem.ts'
import {
  type CompiledPipelines,
  type WrittenPipelines,
  compilePipelines,
} from '../../pipeline/compile/compile-pipelines.ts'
import { formatFaultPath } from '../../pipeline/compile/pipeline-fault.ts'
import { readOnce } from '../../pipeline/compile/read-once.ts'

export interface LoadedPipelines extends CompiledPipelines {
  readonly written: WrittenPipelines
  /** For one event. */
  readonly timeoutMs: number
  /** The most that an event may have. */
  readonly eventBytes: number
}

/** Those of a collector whose configuration names none. */
const DEFAULT_LIMITS: Limits = { timeoutMs: 1000, eventBytes: 16 * 1024 * 1024 }

type Limits = Pick<LoadedPipelines, 'timeoutMs' | 'eventBytes'>

/** For years that times do not have, and `_ingest.timestamp`. */
type NowMs = () => number

/** The pipelines of a collector's configuration. Throws a ConfigError. */
export function loadPipelines(path: string, nowMs?: NowMs): LoadedPipelines {
  const loaded = loadCollectorConfig(path)
  checkPipelines(loaded)
  const { pipeline, pipelines, pipelineDirectory, pipelineTimeoutMs: timeoutMs, limits } = loaded.settings
  if (pipeline === undefined) throw new ConfigError([{ message: `${path} has no "pipeline"` }])
  const compiled = compile({ pipeline, pipelines }, pipelineDirectory, nowMs)
  return { ...compiled, timeoutMs, eventBytes: limits.eventBytes }
}

/** Pipelines that are written in the file of their cases. Throws a ConfigError. */
export function compileWritten(written: WrittenPipelines, file: string, nowMs?: NowMs): LoadedPipelines {
  return { ...compile(written, dirname(file), nowMs), ...DEFAULT_LIMITS }
}

function compile(written: WrittenPipelines, directory: string, nowMs?: NowMs): Omit<LoadedPipelines, keyof Limits> {
  const compiled = compilePipelines(written, readOnce(directory, nowMs))
  if ('run' in compiled) return { ...compiled, written }
  const problems = compiled.faults.map(({ path, message, column }) => {
    const place = column === undefined ? '' : `, column ${column}`
    return { message: `${formatFaultPath(path)}${place}: ${message}` }
  })
  throw new ConfigError(problems)
}
