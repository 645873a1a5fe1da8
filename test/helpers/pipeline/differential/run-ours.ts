import { compilePipelines, type RunPipeline } from '../../../../src/pipeline/compile/compile-pipelines.ts'
import { readOnce } from '../../../../src/pipeline/compile/read-once.ts'
import { readDocument, writeJson } from '../../../../src/pipeline/document/json.ts'
import { PipelineEvent } from '../../../../src/pipeline/document/pipeline-event.ts'
import { GEO_DATABASES } from './geo-databases.ts'
import { ID, INDEX, type Outcome, type Outcomes, type WrittenPipeline } from './outcome.ts'

const files = readOnce(import.meta.dirname)
const services = {
  ...files,
  openFile: <Content>(path: string, parse: (bytes: Buffer) => Content) => {
    const database = GEO_DATABASES[path]
    return database === undefined ? files.openFile(path, parse) : { current: parse(database) }
  },
}

/** Passes the documents, JSON texts, through our pipeline: what a thread of the collector does. */
export function runOurs(written: WrittenPipeline, documents: readonly string[]): Outcomes {
  const { pipelines = {}, ...pipeline } = written
  const compiled = compilePipelines({ pipeline, pipelines }, services)
  const [fault] = compiled.faults
  if (fault !== undefined) return { kind: 'refused', message: `${fault.path.join('.')}: ${fault.message}` }
  if (!('run' in compiled)) throw new Error('neither faults nor steps')
  return { kind: 'ran', outcomes: documents.map(text => runOne(compiled.run, text)) }
}

function runOne(run: RunPipeline, text: string): Outcome {
  const event = new PipelineEvent({ id: ID, fields: readDocument(text), ingest: {} })
  event.index = INDEX
  const passed = run(event)
  if (passed === 'dropped') return { kind: 'dropped' }
  if (passed !== 'stored' && !passed.isForeseen) throw new Error('a fault of the processor', { cause: passed.cause })
  if (passed !== 'stored') return { kind: 'failed', message: passed.message }
  return { kind: 'document', json: event.isChanged ? writeJson(event.fields) : text, index: event.index }
}
