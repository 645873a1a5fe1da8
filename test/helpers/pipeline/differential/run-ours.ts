import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { CompileContext, Processor } from '../../../../src/pipeline/processor/contract.ts'
import { NotationFault } from '../../../../src/pipeline/document/notation-fault.ts'
import { OptionFault } from '../../../../src/pipeline/processor/option-fault.ts'
import { PipelineEvent } from '../../../../src/pipeline/document/pipeline-event.ts'
import { ProcessingFault } from '../../../../src/pipeline/document/processing-fault.ts'
import type { Fields } from '../../../../src/pipeline/document/value.ts'
import type { Step } from '../../../../src/pipeline/processor/contract.ts'
import type { OptionTable } from '../../../../src/pipeline/processor/options.ts'
import { compileProcessor, makeCompileContext } from '../run-processor.ts'
import { fromJson, toJson } from './json-text.ts'
import { ID, INDEX, type Outcome, type Outcomes, type WrittenPipeline, type WrittenProcessor } from './outcome.ts'

const folder = join(import.meta.dirname, '../../../../src/pipeline/processors')

const processors: ReadonlyMap<string, Processor<OptionTable>> = new Map(await readProcessors())

async function readProcessors(): Promise<readonly (readonly [string, Processor<OptionTable>])[]> {
  const files = (await readdir(folder)).filter(name => name.endsWith('.ts'))
  const modules = await Promise.all(files.map(name => import(join(folder, name)) as Promise<Record<string, unknown>>))
  return modules.flatMap((found, i) => {
    const processor = Object.values(found).find(value => typeof value === 'object')
    const name = basename(files[i] ?? '', '.ts')
    return processor === undefined ? [] : [[name, processor as Processor<OptionTable>] as const]
  })
}

/** Passes the documents, JSON texts, through our pipeline. */
export function runOurs(pipeline: WrittenPipeline, documents: readonly string[]): Outcomes {
  try {
    const step = compile(pipeline.processors)
    return { kind: 'ran', outcomes: documents.map(text => runOne(step, text)) }
  } catch (error) {
    if (error instanceof OptionFault || error instanceof NotationFault)
      return { kind: 'refused', message: error.message }
    throw error
  }
}

function compile(written: readonly WrittenProcessor[]): Step {
  const context: Partial<CompileContext> = {
    compileSteps: list => compile(list as readonly WrittenProcessor[]),
  }
  const steps = written.map(one => {
    const [name = '', options] = Object.entries(one)[0] ?? []
    const processor = processors.get(name)
    if (processor === undefined) throw new Error(`no processor ${name}`)
    return compileProcessor(processor, options as Readonly<Record<string, unknown>>, makeCompileContext(context))
  })
  return event => {
    for (const step of steps) {
      const outcome = step(event)
      if (outcome !== undefined) return outcome
    }
    return undefined
  }
}

function runOne(step: Step, text: string): Outcome {
  const event = new PipelineEvent({ id: ID, fields: fromJson(text) as Fields, ingest: {} })
  event.index = INDEX
  try {
    if (step(event) === 'drop') return { kind: 'dropped' }
    return { kind: 'document', json: toJson(event.fields), index: event.index }
  } catch (error) {
    if (error instanceof ProcessingFault) return { kind: 'failed', message: error.message }
    throw error
  }
}
