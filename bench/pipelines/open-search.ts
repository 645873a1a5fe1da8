import { type PipelineCase, makeDocument } from './cases.ts'
import type { Rate } from './rate.ts'

const BULK_EVENTS = 1000
const BULKS = 8
const IN_FLIGHT = 4
const WARM_UP_MS = 20_000

/**
 * The ingest node with the same pipeline and a `drop` at its end, so that nothing is indexed; the CPU time is that of the
 * server, as it reports it.
 */
export async function measureOpenSearch(
  url: string,
  { processors, lineOf }: PipelineCase,
  durationMs: number,
): Promise<Rate> {
  await call(url, 'PUT /_ingest/pipeline/bench', JSON.stringify({ processors: [...processors, { drop: {} }] }))
  const bodies = Array.from({ length: BULKS }, (_, i) => makeBulk(i * BULK_EVENTS, lineOf))
  await sendFor(WARM_UP_MS, bodies, url)
  const [beganAtMs, cpuMs] = [performance.now(), await readCpuMs(url)]
  const events = await sendFor(durationMs, bodies, url)
  return {
    events,
    seconds: (performance.now() - beganAtMs) / 1000,
    cpuSeconds: ((await readCpuMs(url)) - cpuMs) / 1000,
  }
}

async function sendFor(durationMs: number, bodies: readonly string[], url: string): Promise<number> {
  const untilMs = performance.now() + durationMs
  let events = 0
  const sendAll = async (first: number) => {
    for (let i = first; performance.now() < untilMs; i += IN_FLIGHT) {
      const answer = await call(url, 'POST /bench/_bulk?pipeline=bench&filter_path=errors', bodies[i % bodies.length])
      if (answer.includes('true')) throw new Error(`the pipeline failed: ${answer}`)
      events += BULK_EVENTS
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, (_, i) => sendAll(i)))
  return events
}

async function readCpuMs(url: string): Promise<number> {
  const answer = JSON.parse(await call(url, 'GET /_nodes/stats/process')) as NodeStats
  return Object.values(answer.nodes).reduce((sum, { process }) => sum + process.cpu.total_in_millis, 0)
}

interface NodeStats {
  readonly nodes: Readonly<Record<string, { readonly process: { readonly cpu: { readonly total_in_millis: number } } }>>
}

function makeBulk(from: number, lineOf: PipelineCase['lineOf']): string {
  const lines = Array.from({ length: BULK_EVENTS }, (_, i) => {
    return `{"create":{"_id":"bench-${from + i}"}}\n${makeDocument(lineOf(from + i), from + i)}\n`
  })
  return lines.join('')
}

async function call(url: string, request: string, body?: string): Promise<string> {
  const [method = '', path = ''] = request.split(' ', 2)
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url + path, { method, headers, ...(body !== undefined && { body }) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${request}: ${answer.status} ${text.slice(0, 500)}`)
  return text
}
