import { isRecord } from '../../flow/is-record.ts'
import { findNearest } from '../../flow/nearest-word.ts'
import type { OptionTable } from '../processor/options.ts'
import type { CompileContext, Processor, Step } from '../processor/contract.ts'
import type { Catalogue } from './catalogue.ts'
import { checkOptions, describe } from './check-options.ts'
import { COMMON_OPTIONS, type CommonOptions, readCommonOptions } from './common-options.ts'
import type { FaultList, FaultPath } from './pipeline-fault.ts'
import { type MeterCell, makeGuardedStep, makeListStep } from './run-step.ts'
import type { StepInfo } from './step-info.ts'
import { UNSUPPORTED_PROCESSORS } from './unsupported-processors.ts'

/** What a processor may use of the world outside. */
export type CompileServices = Pick<CompileContext, 'openFile' | 'listDirectory' | 'nowMs'>

export interface Compilation {
  readonly catalogue: Catalogue
  readonly services: CompileServices
  readonly faults: FaultList
  readonly steps: StepInfo[]
  readonly cell: MeterCell
  pipelineNamed(name: string): Step | undefined
}

/** Where a list or a processor is. */
export interface Place {
  readonly pipeline: string
  readonly path: FaultPath
  /** How many processors it is inside of. */
  readonly depth: number
  /** Belongs to a processor, and is not its `on_failure`. */
  readonly isInner: boolean
}

interface NamedProcessor {
  readonly type: string
  readonly processor: Processor<OptionTable>
  readonly options: Readonly<Record<string, unknown>>
}

/** Lists inside of processors inside of lists: protects the stack. */
const MAX_DEPTH = 20
const DOES_NOTHING: Step = () => undefined

/** Faults are in the list of the compilation; the step must not be used if there are some. */
export function compileList(compilation: Compilation, processors: unknown, place: Place): Step {
  if (!Array.isArray(processors)) {
    compilation.faults.add(place.path, `expected a list of processors, not ${describe(processors)}`)
    return DOES_NOTHING
  }
  if (place.depth > MAX_DEPTH) {
    compilation.faults.add(place.path, `processors are nested more than ${MAX_DEPTH} deep`)
    return DOES_NOTHING
  }
  const steps = processors.map((written, i) => compileOne(compilation, written, { ...place, path: [...place.path, i] }))
  return makeListStep(steps)
}

function compileOne(compilation: Compilation, written: unknown, place: Place): Step {
  const found = findProcessor(compilation, written, place.path)
  if (found === undefined) return DOES_NOTHING
  const { faults, steps, cell } = compilation
  const path = [...place.path, found.type]
  const common = readCommonOptions(found.options, { path, faults })
  const info = makeInfo({ index: steps.length, type: found.type, common, place })
  steps.push(info)
  const inside = { ...place, path, depth: place.depth + 1 }
  const step = compileOptions(compilation, found, inside)
  const onFailure =
    common.onFailure &&
    compileList(compilation, common.onFailure, { ...inside, path: [...path, 'on_failure'], isInner: false })
  const { condition, ignoresFailure } = common
  return makeGuardedStep({ info, step, condition, ignoresFailure, onFailure, cell })
}

function makeInfo(parts: {
  readonly index: number
  readonly type: string
  readonly common: CommonOptions
  readonly place: Place
}): StepInfo {
  const { index, type, common, place } = parts
  const { tag, description, conditionText: condition } = common
  const { pipeline, path, isInner } = place
  return { index, type, tag, description, condition, pipeline, path, isInner }
}

function compileOptions(compilation: Compilation, { processor, options }: NamedProcessor, place: Place): Step {
  const { faults } = compilation
  const own = Object.fromEntries(Object.entries(options).filter(([name]) => !COMMON_OPTIONS.has(name)))
  const checked = checkOptions(processor.options, own, { path: place.path, faults })
  if (checked === undefined) return DOES_NOTHING
  try {
    return processor.compile(checked, makeContext(compilation, place))
  } catch (error) {
    faults.addThrown(place.path, error, own)
    return DOES_NOTHING
  }
}

function makeContext(compilation: Compilation, place: Place): CompileContext {
  const { services } = compilation
  return {
    compileSteps: (processors, option) =>
      compileList(compilation, processors, { ...place, path: [...place.path, ...option.split('.')], isInner: true }),
    pipelineNamed: name => compilation.pipelineNamed(name),
    openFile: (path, parse) => services.openFile(path, parse),
    listDirectory: path => services.listDirectory(path),
    nowMs: () => services.nowMs(),
  }
}

/** `{"set": {…}}`: an object with the name of one processor. */
function findProcessor(
  { catalogue, faults }: Compilation,
  written: unknown,
  path: FaultPath,
): NamedProcessor | undefined {
  const names = isRecord(written) ? Object.keys(written) : []
  const [type] = names
  if (!isRecord(written) || type === undefined || names.length > 1) {
    faults.add(path, explainNames(written, names))
    return undefined
  }
  const processor = Object.hasOwn(catalogue, type) ? catalogue[type] : undefined
  if (processor === undefined) {
    faults.add(path, explainUnknown(type, Object.keys(catalogue)))
    return undefined
  }
  const options = fullOptions(written[type], processor)
  if (options === undefined)
    faults.add([...path, type], `expected the options of ${type}, not ${describe(written[type])}`)
  return options && { type, processor, options }
}

/** `{"parse": "nginx"}` is short for `{"parse": {"format": "nginx"}}`. */
function fullOptions(written: unknown, { shorthand }: Processor<OptionTable>): NamedProcessor['options'] | undefined {
  if (isRecord(written)) return written
  return shorthand !== undefined && typeof written === 'string' ? { [shorthand]: written } : undefined
}

function explainNames(written: unknown, names: readonly string[]): string {
  if (!isRecord(written)) return `expected a processor, such as {"set": {…}}, not ${describe(written)}`
  if (names.length === 0) return 'expected a processor, such as {"set": {…}}, not an empty object'
  const outside = names.filter(name => COMMON_OPTIONS.has(name))
  const inside = names.filter(name => !COMMON_OPTIONS.has(name))
  if (inside.length === 1 && outside.length > 0) return `"${outside.join('", "')}" must be inside of "${inside[0]}"`
  return `expected one processor, not ${names.length}: "${names.join('", "')}"`
}

function explainUnknown(type: string, known: readonly string[]): string {
  const reason = UNSUPPORTED_PROCESSORS.get(type)
  if (reason !== undefined) return `the processor "${type}" does not exist here: ${reason}`
  const nearest = findNearest(type, known)
  const hint = nearest === undefined ? `the processors are ${known.join(', ')}` : `did you mean "${nearest}"?`
  return `unknown processor "${type}": ${hint}`
}
