import { copyValue, type Fields } from '../../pipeline/document/value.ts'
import { FieldPath } from '../../pipeline/document/field-path.ts'
import { PipelineEvent } from '../../pipeline/document/pipeline-event.ts'
import { makePrintable } from '../program/printable-text.ts'
import type { CommandInput } from '../program/command-contract.ts'
import { EXIT, type ExitCode } from '../program/exit-codes.ts'
import { textOption, UsageError } from '../program/option-values.ts'
import { type Case, type CaseFile, readCaseFile } from './case-file.ts'
import { type Difference, findDifferences } from './document-difference.ts'
import { type LoadedPipelines, compileWritten, loadPipelines } from './load-pipelines.ts'
import { type Paint, makePaint, showValue } from './paint.ts'
import { EventPasser, type PassedEvent } from './pass-event.ts'
import { runWithin } from './time-limit.ts'

/** Exit code 2 if a case fails: for continuous integration. */
export async function testCases(input: CommandInput): Promise<ExitCode> {
  const [path = ''] = input.args
  const file = readCaseFile(path)
  const pipelines = load(file, textOption(input, 'config'))
  const { out } = input.terminal
  const paint = makePaint(out, input.terminal)
  const nowMs = file.nowMs ?? Date.now()
  const passed = passAll(pipelines, file.cases, nowMs)
  const results = file.cases.map((one, i) => ({ one, faults: check(one, passed[i] as PassedEvent, { file, paint }) }))
  for (const { one, faults } of results) out.write(describe(one, faults, paint))
  const failed = results.filter(({ faults }) => faults.length > 0).length
  out.write(`${results.length - failed} of ${results.length} cases passed\n`)
  return failed === 0 ? EXIT.done : EXIT.failed
}

function passAll(pipelines: LoadedPipelines, cases: readonly Case[], nowMs: number): readonly PassedEvent[] {
  const passer = new EventPasser(pipelines)
  const received = (i: number) => ({ fields: cases[i]?.input ?? {}, nowMs })
  return runWithin(pipelines.timeoutMs, {
    count: cases.length,
    run: i => passer.pass(received(i)),
    giveUp: i => passer.giveUp(received(i)),
  })
}

function load(file: CaseFile, config: string | undefined): LoadedPipelines {
  const { pipeline, pipelines } = file
  const now = () => file.nowMs ?? Date.now()
  if (pipeline !== undefined) return compileWritten({ pipeline, pipelines: pipelines ?? {} }, file.path, now)
  const path = config ?? file.config
  if (path === undefined)
    throw new UsageError(`${file.path} has neither "pipeline" nor "config", and there is no --config`)
  return loadPipelines(path, now)
}

function describe({ name }: Case, faults: readonly string[], paint: Paint): string {
  const mark = faults.length === 0 ? paint('green', 'passed') : paint('red', 'failed')
  return `${mark} ${makePrintable(name)}\n${faults.map(fault => `       ${fault}\n`).join('')}`
}

interface CheckParts {
  readonly file: CaseFile
  readonly paint: Paint
}

/** Everything that is not as expected. */
function check({ expected }: Case, passed: PassedEvent, { file, paint }: CheckParts): readonly string[] {
  const { failure } = passed
  if (expected.kind !== passed.kind) {
    const reason = failure === undefined ? '' : `: ${makePrintable(failure)}`
    return [`expected that the event is ${expected.kind}, but it is ${passed.kind}${reason}`]
  }
  if (expected.kind === 'failed') return checkMessage(expected.message, failure ?? '')
  if (expected.kind === 'dropped') return []
  const differences = findDifferences(without(expected.output, file.ignored), without(passed.fields, file.ignored))
  return [...differences.map(difference => explain(difference, paint)), ...checkIndex(expected.index, passed.index)]
}

function checkMessage(expected: string | undefined, message: string): readonly string[] {
  if (expected === undefined || message.includes(expected)) return []
  return [`expected a failure with "${makePrintable(expected)}", not: ${makePrintable(message)}`]
}

function checkIndex(expected: string | undefined, index: string | undefined): readonly string[] {
  if (expected === undefined || expected === index) return []
  return [`expected the index "${expected}", not ${index === undefined ? 'that of the store' : `"${index}"`}`]
}

function without(fields: Fields, ignored: readonly string[]): Fields {
  const event = new PipelineEvent({ id: '', fields: copyValue(fields) as Fields, ingest: {} })
  for (const name of ignored) {
    const path = new FieldPath(name)
    if (path.has(event)) path.remove(event)
  }
  return event.fields
}

function explain({ path, before, after }: Difference, paint: Paint): string {
  const name = paint('bold', makePrintable(path))
  if (after === undefined) return `${name}: expected ${paint('green', showValue(before ?? null))}, but there is none`
  if (before === undefined) return `${name}: not expected, but is ${paint('red', showValue(after))}`
  return `${name}: expected ${paint('green', showValue(before))}, but is ${paint('red', showValue(after))}${place(before, after)}`
}

/** Where two long texts begin to differ. */
function place(expected: unknown, actual: unknown): string {
  if (typeof expected !== 'string' || typeof actual !== 'string' || expected.length < 20) return ''
  let at = 0
  while (at < expected.length && expected[at] === actual[at]) at++
  return ` (they differ from character ${at + 1})`
}
