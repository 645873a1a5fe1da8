// Measures the encoder alone: lines per second that one core turns into frames. `node --cpu-prof bench/encode.ts` profiles it.
import { parseArgs } from 'node:util'
import { encodeEvents } from '../src/lumberjack/wire/encoder.ts'
import type { LineBatch } from '../src/flow/line-batch.ts'
import { makeAccessLog } from '../test/helpers/files/access-log.ts'
import { median } from './report.ts'

const LINES_PER_BATCH = 2048
const BATCHES = 32
/** Long enough for the compiler to settle. */
const WARM_UP_MS = 1000

/** Makes batches as the source of files gives them for one busy file: one run of whole lines. */
function makeBatches(): LineBatch[] {
  const origin = { fileId: 'AAAAAAAAAAAAAAAA', path: '/var/log/nginx/access.log', fields: { type: 'access' } }
  let offset = 0
  return Array.from({ length: BATCHES }, (_, sequence) => {
    const from = sequence * LINES_PER_BATCH
    const bytes = Buffer.from(makeAccessLog(from, from + LINES_PER_BATCH))
    const run = { origin, offset, bytes, ends: findEnds(bytes) }
    offset += bytes.length
    const timeMs = Date.UTC(2026, 2, 1)
    return { sequence, timeMs, runs: [run], lineCount: LINES_PER_BATCH, byteCount: bytes.length }
  })
}

function findEnds(bytes: Buffer): Uint32Array {
  const ends: number[] = []
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) ends.push(at + 1)
  return Uint32Array.from(ends)
}

/** Encodes for about `durationMs`; returns lines per second. */
function encodeFor(durationMs: number, batches: readonly LineBatch[], protocol: 1 | 2): number {
  const start = performance.now()
  let lines = 0
  let elapsed = 0
  for (let i = 0; elapsed < durationMs; i++) {
    lines += encodeEvents(batches[i % batches.length] as LineBatch, { protocol, host: 'web1.example' }).count
    elapsed = performance.now() - start
  }
  return (lines / elapsed) * 1000
}

const { values } = parseArgs({ options: { rounds: { type: 'string' }, protocol: { type: 'string' } } })
const batches = makeBatches()
const rounds = Number(values.rounds ?? 10)
for (const protocol of values.protocol === undefined
  ? ([2, 1] as const)
  : ([values.protocol === '1' ? 1 : 2] as const)) {
  encodeFor(WARM_UP_MS, batches, protocol)
  const rates = Array.from({ length: rounds }, () => encodeFor(500, batches, protocol))
  const [low, middle, high] = [Math.min(...rates), median(rates), Math.max(...rates)].map(rate =>
    (rate / 1e6).toFixed(2),
  )
  console.log(`protocol ${protocol}: ${middle} million lines/s (${low} to ${high}, ${rounds} rounds)`)
}
