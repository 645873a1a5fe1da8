// The entry of this folder: everything that was written, to one function for an event.
import { isRecord } from '../../flow/is-record.ts'
import { findNearest } from '../../flow/nearest-word.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import type { Step } from '../processor/contract.ts'
import { CATALOGUE, type Catalogue } from './catalogue.ts'
import { describe } from './check-options.ts'
import { type Compilation, type CompileServices, compileList } from './compile-processors.ts'
import { makePipelineStep } from './named-pipeline.ts'
import { FaultList, type FaultPath, type PipelineFault } from './pipeline-fault.ts'
import type { StepInfo } from './step-info.ts'
import type { StepMeter } from './step-meter.ts'
import { StepFailure } from './step-failure.ts'

/** The name of the collector's own pipeline, in `_ingest.pipeline` for instance. */
export const MAIN_PIPELINE = 'pipeline'

export interface WrittenPipelines {
  /** A list of processors, or an object with `processors` as Elasticsearch shows it. */
  readonly pipeline?: unknown
  /** By name, for the `pipeline` processor. */
  readonly pipelines?: unknown
}

export type RunPipeline = (event: PipelineEvent, meter?: StepMeter) => 'stored' | 'dropped' | StepFailure

export interface CompiledPipelines {
  /** Every written processor; a meter counts by the index. */
  readonly steps: readonly StepInfo[]
  readonly run: RunPipeline
}

export type CompileResult =
  | ({ readonly faults: readonly [] } & CompiledPipelines)
  | { readonly faults: readonly [PipelineFault, ...PipelineFault[]] }

const NO_METER: StepMeter = { begin: () => {}, end: () => {} }

export function compilePipelines(
  written: WrittenPipelines,
  services: CompileServices,
  catalogue: Catalogue = CATALOGUE,
): CompileResult {
  const compiler = new PipelineCompiler(services, catalogue)
  return compiler.compile(written)
}

class PipelineCompiler {
  readonly #named = new Map<string, { step: Step | undefined }>()
  readonly #compilation: Compilation

  constructor(services: CompileServices, catalogue: Catalogue) {
    this.#compilation = {
      catalogue,
      services,
      faults: new FaultList(),
      steps: [],
      cell: { meter: NO_METER },
      pipelineNamed: name => this.#stepOf(name),
    }
  }

  compile({ pipeline = [], pipelines = {} }: WrittenPipelines): CompileResult {
    const { faults, steps, cell } = this.#compilation
    const named = this.#readNamed(pipelines)
    for (const [name] of named) this.#named.set(name, { step: undefined })
    const main = this.#compilePipeline(MAIN_PIPELINE, pipeline, [MAIN_PIPELINE])
    for (const [name, written] of named)
      this.#named.set(name, { step: this.#compilePipeline(name, written, ['pipelines', name]) })
    const [first, ...others] = faults.all
    if (first !== undefined) return { faults: [first, ...others] }
    return { faults: [], steps, run: makeRun(main, cell) }
  }

  /** A pipeline may be called by one that is compiled before it: it is looked up when an event comes. */
  #stepOf(name: string): Step | undefined {
    return this.#named.has(name) ? event => this.#named.get(name)?.step?.(event) : undefined
  }

  #readNamed(pipelines: unknown): readonly (readonly [string, unknown])[] {
    const { faults } = this.#compilation
    if (!isRecord(pipelines)) {
      faults.add(['pipelines'], `expected pipelines by name, not ${describe(pipelines)}`)
      return []
    }
    if (Object.hasOwn(pipelines, MAIN_PIPELINE))
      faults.add(['pipelines', MAIN_PIPELINE], `"${MAIN_PIPELINE}" is the name of the collector's own pipeline`)
    return Object.entries(pipelines)
  }

  #compilePipeline(name: string, written: unknown, path: FaultPath): Step {
    const { faults } = this.#compilation
    const place = { pipeline: name, depth: 0, isInner: false }
    const { processors, onFailure } = readPipeline(written, path, faults)
    const steps = compileList(this.#compilation, processors.list, { ...place, path: processors.path })
    const handler = onFailure && compileList(this.#compilation, onFailure.list, { ...place, path: onFailure.path })
    return makePipelineStep({ name, steps, onFailure: handler })
  }
}

function makeRun(main: Step, cell: { meter: StepMeter }): RunPipeline {
  return (event, meter = NO_METER) => {
    cell.meter = meter
    try {
      return main(event) === 'drop' ? 'dropped' : 'stored'
    } catch (error) {
      if (error instanceof StepFailure) return error
      throw error
    }
  }
}

interface WrittenList {
  readonly list: unknown
  readonly path: FaultPath
}

interface PipelineLists {
  readonly processors: WrittenList
  readonly onFailure: WrittenList | undefined
}

/** The members of a pipeline as Elasticsearch shows it; those without an effect here are accepted. */
const PIPELINE_MEMBERS = [
  'description',
  'processors',
  'on_failure',
  'version',
  '_meta',
  'deprecated',
  'created_date',
  'created_date_millis',
  'modified_date',
  'modified_date_millis',
]

function readPipeline(written: unknown, path: FaultPath, faults: FaultList): PipelineLists {
  if (!isRecord(written)) return { processors: { list: written, path }, onFailure: undefined }
  for (const name of Object.keys(written).filter(member => !PIPELINE_MEMBERS.includes(member)))
    faults.add([...path, name], explainMember(name, written[name]))
  const onFailure = written['on_failure']
  if (!Object.hasOwn(written, 'processors'))
    faults.add(path, 'expected a list of processors, or an object with "processors"')
  if (Array.isArray(onFailure) && onFailure.length === 0)
    faults.add([...path, 'on_failure'], 'expected a list of processors, not an empty one')
  return {
    processors: { list: written['processors'] ?? [], path: [...path, 'processors'] },
    onFailure: onFailure === undefined ? undefined : { list: onFailure, path: [...path, 'on_failure'] },
  }
}

function explainMember(name: string, value: unknown): string {
  if (isRecord(value) && Object.hasOwn(value, 'processors')) return `a pipeline with a name belongs into "pipelines"`
  if (name === 'field_access_pattern' && value === 'classic') return 'leave it out: it is always classic here'
  const nearest = findNearest(name, PIPELINE_MEMBERS)
  return `unknown member "${name}" of a pipeline${nearest === undefined ? '' : `: did you mean "${nearest}"?`}`
}
