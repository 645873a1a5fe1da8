import type { Fields } from '../../../src/pipeline/document/value.ts'
import { PipelineEvent } from '../../../src/pipeline/document/pipeline-event.ts'
import { ProcessingFault } from '../../../src/pipeline/document/processing-fault.ts'
import type { CompileContext, Outcome, Processor, Step } from '../../../src/pipeline/processor/contract.ts'
import type { OptionsOf, OptionTable } from '../../../src/pipeline/processor/options.ts'

export interface ProcessorResult {
  /** The document afterwards, with the changes made before a fault. */
  readonly fields: Fields
  /** The message of the ProcessingFault; undefined where there was none. */
  readonly fault: string | undefined
  readonly outcome: Outcome
  readonly event: PipelineEvent
}

/** A context in which nothing is to be found, with what the test replaces. */
export function makeCompileContext(replaced: Partial<CompileContext> = {}): CompileContext {
  return {
    compileSteps: refuse('compileSteps'),
    pipelineNamed: () => undefined,
    openFile: refuse('openFile'),
    listDirectory: refuse('listDirectory'),
    nowMs: () => Date.UTC(2026, 0, 31, 12),
    ...replaced,
  }
}

function refuse(name: string): () => never {
  return () => {
    throw new Error(`this test gives no ${name}`)
  }
}

/** Compiles the processor with these options, as written, and passes one event of these fields through it. */
export function runProcessor<Table extends OptionTable>(
  processor: Processor<Table>,
  options: Readonly<Record<string, unknown>>,
  fields: Fields,
): ProcessorResult {
  return runStep(compileProcessor(processor, options), fields)
}

/** For several events, or with another context. */
export function compileProcessor<Table extends OptionTable>(
  processor: Processor<Table>,
  options: Readonly<Record<string, unknown>>,
  context: Partial<CompileContext> = {},
): Step {
  return processor.compile(fillDefaults(processor.options, options), makeCompileContext(context))
}

export function runStep(step: Step, fields: Fields): ProcessorResult {
  const event = new PipelineEvent({ id: 'id-1', fields, ingest: {} })
  try {
    return { fields, fault: undefined, outcome: step(event) ?? undefined, event }
  } catch (error) {
    if (!(error instanceof ProcessingFault)) throw error
    return { fields, fault: error.message, outcome: undefined, event }
  }
}

function fillDefaults<Table extends OptionTable>(
  table: Table,
  written: Readonly<Record<string, unknown>>,
): OptionsOf<Table> {
  const unknown = Object.keys(written).find(name => !Object.hasOwn(table, name))
  if (unknown !== undefined) throw new Error(`the processor has no option [${unknown}]`)
  const filled = Object.entries(table).map(([name, option]) => {
    const value = written[name] ?? option.default
    return [name, option.kind === 'texts' && typeof value === 'string' ? [value] : value]
  })
  return Object.fromEntries(filled) as OptionsOf<Table>
}
