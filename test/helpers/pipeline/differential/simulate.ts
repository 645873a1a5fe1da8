import { Agent, request } from 'undici'
import type { Fields, Value } from '../../../../src/pipeline/document/value.ts'
import type { IngestServer } from './ingest-servers.ts'
import { fromJson, toJson } from './json-text.ts'
import { ID, INDEX, type Outcome, type Outcomes, type WrittenPipeline } from './outcome.ts'

const UNKNOWN =
  /No processor type exists with name|doesn't support one or more provided configuration parameters|type \[ip\] not supp/u

const agent = new Agent({ connections: 8 })

/** Passes the documents, JSON texts, through the pipeline of the server. */
export async function simulate(
  server: IngestServer,
  pipeline: WrittenPipeline,
  documents: readonly string[],
): Promise<Outcomes> {
  const { pipelines = {}, ...main } = pipeline
  for (const [name, called] of Object.entries(pipelines)) await put(server, name, called)
  const written = toJson(main as unknown as Value)
  const docs = documents.map(text => `{"_index":"${INDEX}","_id":"${ID}","_source":${text}}`)
  const { status, answer } = await send(server, 'POST /_ingest/pipeline/_simulate', makeBody(written, docs))
  if (status === 200) return { kind: 'ran', outcomes: (answer['docs'] as readonly Value[]).map(readOutcome) }
  const failure = failureOf(answer)
  // `dissect` of Elasticsearch 7 answers a pattern that it refuses so.
  if (status === 500 && failure.message.startsWith('org.elasticsearch.dissect'))
    return { kind: 'refused', message: failure.message }
  if (status !== 400) throw new Error(`${server.name} answered ${status}: ${failure.message}`)
  const isPipelineFault = failure.type === 'parse_exception' || !(await accepts(server, written))
  if (isPipelineFault) return { kind: UNKNOWN.test(failure.message) ? 'unknown' : 'refused', message: failure.message }
  if (docs.length === 1) return { kind: 'ran', outcomes: [failure] }
  // `foreach` lets the failure of one document be the answer for all.
  const alone = await Promise.all(documents.map(text => simulate(server, pipeline, [text])))
  return { kind: 'ran', outcomes: alone.flatMap(one => (one.kind === 'ran' ? one.outcomes : [])) }
}

async function put(server: IngestServer, name: string, pipeline: WrittenPipeline): Promise<void> {
  const { status, answer } = await send(server, `PUT /_ingest/pipeline/${name}`, toJson(pipeline as unknown as Value))
  if (status !== 200) throw new Error(`${server.name} refuses the pipeline ${name}: ${failureOf(answer).message}`)
}

function makeBody(pipeline: string, docs: readonly string[]): string {
  return `{"pipeline":${pipeline},"docs":[${docs.join(',')}]}`
}

async function accepts(server: IngestServer, pipeline: string): Promise<boolean> {
  const { status } = await send(server, 'PUT /_ingest/pipeline/probe', pipeline)
  return status === 200
}

async function send(
  { url }: IngestServer,
  line: string,
  body: string,
): Promise<{ readonly status: number; readonly answer: Fields }> {
  const [method = '', path = ''] = line.split(' ')
  const headers = { 'content-type': 'application/json' }
  const { statusCode, body: answer } = await request(url + path, {
    dispatcher: agent,
    method: method as 'POST',
    headers,
    body,
  })
  return { status: statusCode, answer: fromJson(await answer.text()) as Fields }
}

function readOutcome(item: Value): Outcome {
  if (item === null) return { kind: 'dropped' }
  const { doc } = item as { doc?: { _source: Value; _index: string } }
  if (doc === undefined) return failureOf(item as Fields)
  return { kind: 'document', json: toJson(doc._source), index: doc._index }
}

function failureOf(answer: Fields): Outcome & { readonly kind: 'failed' } {
  const { error } = answer as { error?: { type?: string; reason?: string } | string }
  if (typeof error === 'string') return { kind: 'failed', message: error }
  return { kind: 'failed', type: error?.type ?? '', message: error?.reason ?? toJson(answer) }
}
