// Measures the agent with and without rules that make records, in turns in one run: lines per second that one core reads, cuts,
// encodes in our own wire form and compresses, and the ratio to plain lines. Nothing is journaled or sent.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { constants, zstdCompressSync } from 'node:zlib'
import { createFilesSource } from '../src/files/source.ts'
import type { RecordSettings } from '../src/files/read/records/record-settings.ts'
import type { LineBatch } from '../src/flow/line-batch.ts'
import { encodeRuns } from '../src/lumberjack/wire/run-encoder.ts'
import { silentLog } from '../src/telemetry/log.ts'
import { makeAccessLog } from '../test/helpers/files/access-log.ts'
import { makeGroup } from '../test/helpers/files/followed.ts'
import { MemoryRegistry } from '../test/helpers/files/memory-registry.ts'
import { median } from './report.ts'

const TRACE = 'java.lang.IllegalStateException: broken\n\tat a.b.C.d(C.java:1)\n\tat a.b.E.f(E.java:22)\n'
const limits = { maxLines: 500, maxBytes: 1024 * 1024, timeoutMs: 5000 }
const kinds: Readonly<Record<string, RecordSettings | undefined>> = {
  plain: undefined,
  cri: { format: 'cri' },
  'cri, java': { format: 'cri', multiline: { how: 'java', ...limits } },
  docker: { format: 'docker' },
  'pattern, after': { multiline: { how: { pattern: '^\\s', negate: false, match: 'after' }, ...limits } },
  'pattern, a date': {
    multiline: { how: { pattern: '^\\d+\\.\\d+\\.\\d+\\.\\d+ ', negate: true, match: 'after' }, ...limits },
  },
  java: { multiline: { how: 'java', ...limits } },
  timestamp: { multiline: { how: 'timestamp', ...limits } },
  excludeLines: { excludeLines: [' 404 '] },
}

const { values } = parseArgs({
  options: { rounds: { type: 'string' }, lines: { type: 'string' }, only: { type: 'string' } },
})
const dir = mkdtempSync(join(tmpdir(), 'records-'))
const access = makeAccessLog(0, Number(values.lines ?? 500_000)).split('\n')
const text = access.map((line, i) => (i % 50 === 0 ? `${line}\n${TRACE}` : `${line}\n`)).join('')
const lineCount = text.split('\n').length
const wrapped = text.split('\n').slice(0, -1)
const contents: Readonly<Record<string, string>> = {
  plain: text,
  cri: wrapped.map((line, i) => `${timeOf(i)} ${streamOf(i)} F ${line}\n`).join(''),
  docker: wrapped.map((line, i) => dockerLine(i, line)).join(''),
}
for (const [name, content] of Object.entries(contents)) writeFileSync(join(dir, `${name}.log`), content)

/** Ten lines a millisecond. */
function timeOf(i: number): string {
  const time = new Date(1_700_000_000_000 + Math.floor(i / 10)).toISOString().slice(0, -1)
  return `${time}${String((i % 10) * 100_003 + 7).padStart(6, '0')}Z`
}

/** One line of a hundred is an error. */
function streamOf(i: number): string {
  return i % 100 === 0 ? 'stderr' : 'stdout'
}

function dockerLine(i: number, line: string): string {
  return `{"log":${JSON.stringify(`${line}\n`)},"stream":"${streamOf(i)}","time":"${timeOf(i)}"}\n`
}

function encode(batch: LineBatch): void {
  for (const content of encodeRuns(batch, { host: 'web1.example' })?.contents ?? [])
    zstdCompressSync(content.writeInto(Buffer.allocUnsafe(content.maxBytes)), {
      params: { [constants.ZSTD_c_compressionLevel]: 1 },
    })
}

/** Lines per second of processor time. */
async function measure(records: RecordSettings | undefined): Promise<number> {
  const paths = [join(dir, `${records?.format ?? 'plain'}.log`)]
  const group = makeGroup(dir, { paths, ...(records && { records }) })
  const registry = new MemoryRegistry()
  const source = createFilesSource({ groups: [group], registry, log: silentLog, clock: Date.now, isWatching: false })
  await source.poll()
  const stop = AbortSignal.timeout(60_000)
  const before = process.cpuUsage()
  for (let left = source.status().bytes.unread; left > 2000; left = source.status().bytes.unread) {
    const batch = await source.next(stop)
    if (batch !== undefined) encode(batch)
    if (batch !== undefined) await source.commit(source.toReceipt?.(batch) ?? batch)
  }
  const { user, system } = process.cpuUsage(before)
  await source.close()
  return (lineCount / (user + system)) * 1e6
}

const rounds = Number(values.rounds ?? 7)
const only = values.only?.split(';')
const all = Object.entries(kinds).filter(([kind]) => kind === 'plain' || (only?.includes(kind) ?? true))
const rates = new Map(all.map(([kind]) => [kind, [] as number[]]))
for (const [, records] of all) await measure(records) // until the compiler has settled
for (let round = 0; round < rounds; round++)
  for (const [kind, records] of all) rates.get(kind)!.push(await measure(records))
const plain = median(rates.get('plain')!)
for (const [kind, measured] of rates) {
  const rate = median(measured)
  console.log(`${kind}: ${(rate / 1e6).toFixed(2)} million lines per CPU second, ${(rate / plain).toFixed(2)} of plain`)
}
rmSync(dir, { recursive: true })
