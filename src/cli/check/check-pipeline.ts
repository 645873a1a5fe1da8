import { isRecord } from '../../flow/is-record.ts'
import { compilePipelines, MAIN_PIPELINE, type WrittenPipelines } from '../../pipeline/compile/compile-pipelines.ts'
import { type FaultPath, formatFaultPath } from '../../pipeline/compile/pipeline-fault.ts'
import { readOnce } from '../../pipeline/compile/read-once.ts'
import type { StepInfo } from '../../pipeline/compile/step-info.ts'
import type { Finding, Inspection, SummaryRow } from './check-result.ts'

const NOTHING: Inspection = { summary: [], findings: [] }
/** Processors behind one of these, in the same list and without a condition, never run. */
const ENDS = new Set(['drop', 'fail', 'terminate', 'reroute'])
const MAX_SHOWN_STEPS = 12

/** What a pipeline without faults does, and what is odd about it. */
export function inspectPipeline(written: WrittenPipelines, directory: string): Inspection {
  const compiled = compilePipelines(written, readOnce(directory))
  if (written.pipeline === undefined || !('run' in compiled)) return NOTHING
  const steps = compiled.steps.map(step => ({ step, options: optionsOf(step, written) }))
  return {
    summary: summarize(compiled.steps),
    findings: [...findEnds(steps), ...findUncalled(steps, written), ...findUnread(steps), ...findUnanchored(steps)],
  }
}

interface WrittenStep {
  readonly step: StepInfo
  readonly options: Readonly<Record<string, unknown>>
}

function optionsOf({ path, type }: StepInfo, written: WrittenPipelines): Readonly<Record<string, unknown>> {
  let value: unknown = written
  for (const key of [...path, type])
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : value
  return isRecord(value) ? value : {}
}

function summarize(steps: readonly StepInfo[]): SummaryRow[] {
  const top = steps.filter(({ pipeline, path }) => pipeline === MAIN_PIPELINE && isTop(path))
  const names = top.map(({ type, tag }) => (tag === undefined ? type : `${type} (${tag})`))
  const hidden = names.length - MAX_SHOWN_STEPS
  const shown = [...names.slice(0, MAX_SHOWN_STEPS), ...(hidden > 0 ? [`… ${hidden} more`] : [])]
  return [['pipeline', shown.length === 0 ? 'no processors' : shown.join(' → ')]]
}

/** In the list of a pipeline: neither in `on_failure` nor inside of another processor. */
function isTop(path: FaultPath): boolean {
  return path.filter(part => typeof part === 'number').length === 1 && !path.includes('on_failure')
}

function findEnds(steps: readonly WrittenStep[]): readonly Finding[] {
  return steps.flatMap(({ step }) => {
    const isEnd = ENDS.has(step.type) && step.condition === undefined
    const behind = isEnd ? steps.find(other => isBehind(other.step.path, step.path)) : undefined
    if (behind === undefined) return []
    const name = formatFaultPath(behind.step.path)
    return warn(`${name} cannot run: ${formatFaultPath(step.path)}.${step.type} before it has no "if"`)
  })
}

/** The next one in the same list. */
function isBehind(path: FaultPath, end: FaultPath): boolean {
  const index = end.at(-1)
  if (typeof index !== 'number' || path.length !== end.length) return false
  return path.at(-1) === index + 1 && end.slice(0, -1).every((part, i) => part === path[i])
}

function findUncalled(steps: readonly WrittenStep[], { pipelines }: WrittenPipelines): readonly Finding[] {
  const names = steps.filter(({ step }) => step.type === 'pipeline').map(({ options }) => options['name'])
  // The name of a template may be any.
  if (names.some(name => typeof name === 'string' && name.includes('{{'))) return []
  const uncalled = Object.keys(isRecord(pipelines) ? pipelines : {}).filter(name => !names.includes(name))
  return uncalled.flatMap(name => warn(`${formatFaultPath(['pipelines', name])} cannot run: no processor calls it`))
}

/** Such as `%{WORD:a`: Elasticsearch accepts it as well. */
const UNREAD_REFERENCE = /(?<!\\)%\{(?![A-z0-9]+(?:[:=](?:[^{}\\]|\\.)+)?\})/u

function findUnread(steps: readonly WrittenStep[]): readonly Finding[] {
  return patternsOf(steps, ['grok', 'redact']).flatMap(({ place, pattern }) =>
    UNREAD_REFERENCE.test(pattern)
      ? warn(
          `${place} has a "%{" that matches this very text: a reference is %{NAME}, %{NAME:field} or %{NAME:field:int}`,
        )
      : [],
  )
}

/** A pattern that may begin anywhere is tried at each character of a line that it does not match. */
function findUnanchored(steps: readonly WrittenStep[]): readonly Finding[] {
  return patternsOf(steps, ['grok']).flatMap(({ place, pattern }) =>
    /^(?:\^|\\A|\(\?:\^)/u.test(pattern)
      ? []
      : warn(`${place} is slow on lines that it does not match: begin it with ^ if it matches whole lines`),
  )
}

interface WrittenPattern {
  readonly place: string
  readonly pattern: string
}

function patternsOf(steps: readonly WrittenStep[], types: readonly string[]): readonly WrittenPattern[] {
  return steps.flatMap(({ step, options }) => {
    if (!types.includes(step.type)) return []
    return [options['patterns'] ?? []].flat().flatMap((pattern, i) => {
      if (typeof pattern !== 'string') return []
      return [{ place: formatFaultPath([...step.path, step.type, 'patterns', i]), pattern }]
    })
  })
}

function warn(message: string): Finding[] {
  return [{ severity: 'warning', message }]
}
