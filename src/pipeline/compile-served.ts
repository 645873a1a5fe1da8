// The pipeline of a configuration, as a thread uses it.
import { resolve } from 'node:path'
import { isRecord } from '../flow/is-record.ts'
import { parseNameWithFields, sanitizeChosenName } from '../flow/name-with-fields.ts'
import { compilePipelines, type WrittenPipelines } from './compile/compile-pipelines.ts'
import { formatFaultPath } from './compile/pipeline-fault.ts'
import type { StepInfo } from './compile/step-info.ts'
import { FieldPath } from './document/field-path.ts'
import type { PipelineEvent } from './document/pipeline-event.ts'
import { isNumeric } from './document/value.ts'
import { javaTextOf } from './document/java-names.ts'
import type { CompileServed, Passed, PipelineHost } from './threads/served-pipeline.ts'
import type { ChosenTarget, StepName } from './threads/thread-contract.ts'
import type { WrittenPipeline } from './written-pipeline.ts'

/** Throws an Error with all faults. */
export const compileServed: CompileServed = (data, host) => {
  const written = data as WrittenPipeline
  const { pipeline, pipelines, directory, onFailure, index } = written
  const compiled = compilePipelines({ pipeline, pipelines }, relativeTo(directory, host))
  if (!('run' in compiled)) {
    const lines = compiled.faults.map(({ path, message }) => `${formatFaultPath(path)}: ${message}`)
    throw new Error(lines.join('; '))
  }
  const { steps, run } = compiled
  return {
    steps: steps.map(step => stepNameOf(step, written)),
    onFailure,
    run: (event, watch) => toPassed(run(event, watch)),
    ...makeTargets(index),
  }
}

function relativeTo(directory: string, { openFile, listDirectory, nowMs }: PipelineHost): PipelineHost {
  return {
    openFile: (path, parse) => openFile(resolve(directory, path), parse),
    listDirectory: path => listDirectory(resolve(directory, path)),
    nowMs,
  }
}

function toPassed(result: ReturnType<Run>): Passed {
  if (result === 'stored' || result === 'dropped') return { kind: result }
  return { kind: 'failed', step: result.step.index, type: 'pipeline_failure', message: result.message }
}

type Run = Extract<ReturnType<typeof compilePipelines>, { readonly run: unknown }>['run']

/** The step with its path, and the texts of its patterns. */
export function stepNameOf({ path, type, tag }: StepInfo, written: WrittenPipelines): StepName {
  const options = path.reduce<unknown>((value, key) => memberOf(value, key), written)
  const inner = memberOf(options, 'patterns') ?? memberOf(memberOf(options, type), 'patterns')
  const patterns = Array.isArray(inner) ? inner.filter(pattern => typeof pattern === 'string') : []
  return {
    path: formatFaultPath([...path, type]),
    type,
    ...(tag !== undefined && { tag }),
    ...(patterns.length > 0 && { patterns }),
  }
}

function memberOf(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return value[Number(key)]
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

interface Targets {
  readonly targetOf: (event: PipelineEvent) => ChosenTarget | undefined
  readonly fallbackTarget: ChosenTarget | undefined
}

/** `index`: the name of the target of the store, if it has fields. */
function makeTargets(index: string | undefined): Targets {
  const name = index === undefined ? undefined : parseNameWithFields(index)
  const paths = new Map((name?.paths ?? []).map(path => [path, new FieldPath(path)]))
  const read = (event: PipelineEvent) => (path: string) => textOf(paths.get(path)?.read(event))
  const targetOf = (event: PipelineEvent): ChosenTarget | undefined => {
    const reroutedTo = event.index === undefined ? undefined : sanitizeChosenName(event.index)
    if (name === undefined) return reroutedTo === undefined ? undefined : { reroutedTo }
    return { filledIndex: name.fill(read(event)), ...(reroutedTo !== undefined && { reroutedTo }) }
  }
  return { targetOf, fallbackTarget: name && { filledIndex: name.other } }
}

/** Undefined for a list and an object, which are in no name. */
function textOf(value: ReturnType<FieldPath['read']>): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'boolean' || isNumeric(value) ? javaTextOf(value) : undefined
}
