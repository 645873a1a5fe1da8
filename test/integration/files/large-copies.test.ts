import { execFile, spawn } from 'node:child_process'
import { readdir, rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { createFilesSource } from '../../../src/files/source.ts'
import type { FilesSource } from '../../../src/files/contract.ts'
import { appendFixedLines, FixedLines, LINE_BYTES, readNumbers } from '../../helpers/files/fixed-lines.ts'
import { addsUp } from '../../helpers/files/byte-account.ts'
import { makeGroup } from '../../helpers/files/followed.ts'
import { Logrotate } from '../../helpers/files/logrotate.ts'
import { MemoryRegistry } from '../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { makeRecordingLog, type LogLine } from '../../helpers/process/recording-log.ts'
import { isWhole } from '../../helpers/suite/sample.ts'
import { until } from '../../helpers/time/until.ts'

const LINES = (isWhole ? 2_000_000_000 : 64_000_000) / LINE_BYTES
/** Each 10 ms: 5 MB/s. */
const RATE = 400
/** A copy that lacks at most so much of what was read last of its original is left out to its end in any case. */
const MIN_KEPT_BYTES = 64 * 1024
/** One that lacks at most so much is not read from its beginning. */
const MAX_KEPT_BYTES = 1024 * 1024
const TRUNCATED = 'a file was truncated or rewritten; reading it from its beginning'
const script = new URL('../../helpers/scripts/write-fixed-lines.ts', import.meta.url)
const run = promisify(execFile)

interface Row {
  readonly by: string
  readonly pattern: string
  readonly isCopyFollowed: boolean
  /** Makes `app.log.1` out of the log, and the log empty. */
  readonly copyAndTruncate: (path: string) => Promise<void>
}

const rows: readonly Row[] = [
  {
    by: 'cp and truncate, with all names followed',
    pattern: 'logs/app.log*',
    isCopyFollowed: true,
    copyAndTruncate: async path => {
      await rename(`${path}.1`, `${path}.2`).catch(() => {}) // the first time there is none
      await run('sh', ['-euc', 'cp "$0" "$0.1" && truncate -s 0 "$0"', path])
    },
  },
  {
    by: 'logrotate, with the live name followed',
    pattern: 'logs/app.log',
    isCopyFollowed: false,
    copyAndTruncate: async path => {
      const dir = dirname(dirname(path))
      await new Logrotate(dir, { method: 'copytruncate', name: 'plain', compression: 'none' }).rotate()
    },
  },
]

/** A consumer of batches that takes no more than a share of the lines until it is let go. */
function consume(t: ExecutionContext, dir: string, pattern: string) {
  const groups = [makeGroup(dir, { paths: [join(dir, pattern)] })]
  const log = makeRecordingLog()
  const source = createFilesSource({ groups, registry: new MemoryRegistry(), log, clock: Date.now })
  const seen = new FixedLines()
  const stop = new AbortController()
  let limit = LINES / 3
  const consuming = (async () => {
    for (let batch = await source.next(stop.signal); batch; batch = await source.next(stop.signal)) {
      seen.addBatch(batch)
      await source.commit(batch)
      await until(() => seen.count < limit || stop.signal.aborted, 'the consumer is let go', 600_000)
    }
  })()
  t.teardown(async () => {
    stop.abort()
    await consuming
    await source.close()
  })
  return { source, logLines: log.lines, seen, letGo: () => void (limit = Infinity) }
}

function startWriter(t: ExecutionContext, path: string) {
  const args = [script.pathname, path, String(LINES), String(RATE)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  return async () => {
    child.kill('SIGTERM')
    return Number(await text(child.stdout))
  }
}

async function readDisk(directory: string): Promise<FixedLines> {
  const onDisk = new FixedLines()
  for (const name of await readdir(directory)) {
    if ((await stat(join(directory, name))).isFile()) await onDisk.addFile(join(directory, name))
  }
  return onDisk
}

for (const { by, pattern, isCopyFollowed, copyAndTruncate } of rows) {
  test.serial(
    `each line of a large log that is copied and truncated under load arrives once while its reader is behind: ${by}`,
    async t => {
      const dir = await makeTempDir(t)
      const logrotate = new Logrotate(dir, { method: 'copytruncate', name: 'plain', compression: 'none' })
      await logrotate.prepare()
      const path = logrotate.logPath
      await appendFixedLines(path, 0, LINES)
      const { source, logLines, seen, letGo } = consume(t, dir, pattern)
      const stopWriter = startWriter(t, path)
      await until(() => seen.count > LINES / 3, 'it has read a third')
      await copyAndTruncate(path)
      const { size } = await stat(path)
      t.true(size < (LINES * LINE_BYTES) / 2, 'it was truncated')
      t.true(source.status().bytes.unread > 0, 'its reader was behind')
      await until(async () => (await stat(path)).size > 1_000_000, 'the writer continued')
      letGo()
      await until(() => seen.count > LINES, 'the first generation is read', 600_000)
      await copyAndTruncate(path)
      await until(async () => (await stat(path)).size > 1_000_000, 'the writer continued')
      const written = await stopWriter()
      await until(() => seen.timesOf(written - 1) > 0, 'the last line is read', 600_000)
      await until(() => source.status().bytes.unread === 0, 'nothing is unread')
      const twice = isCopyFollowed ? await findPermittedTwice(`${path}.1`, logLines, source) : []
      const missing = judge(t, { seen, onDisk: await readDisk(dirname(path)), written, twice })
      addsUp(t, source.status())
      const { lost } = source.status().bytes
      t.true(lost.truncated <= missing * LINE_BYTES, `${lost.truncated} bytes count as lost, of ${missing} lines`)
      t.is(lost.deleted + lost.unreadable, 0)
    },
  )
}

interface Outcome {
  readonly seen: FixedLines
  readonly onDisk: FixedLines
  readonly written: number
  /** The lines that may come twice, and must. */
  readonly twice: readonly number[]
}

/**
 * If the machine pauses between the copy and the truncation, and the reader does not, the copy lacks more of what was read than
 * is kept. Then its lines behind the newest mark come twice. The first time the reader is behind.
 */
async function findPermittedTwice(
  copy: string,
  logLines: readonly LogLine[],
  source: FilesSource,
): Promise<readonly number[]> {
  // Without a second one, nothing of the second generation was read before its truncation.
  const [, second] = logLines.filter(({ message }) => message === TRUNCATED)
  const lacking = Number(second?.fields['position'] ?? 0) - (await stat(copy)).size
  const { bytes } = source.status().copiesByReason['earlier copy']
  const isKept = lacking <= (bytes === 0 ? MAX_KEPT_BYTES : MIN_KEPT_BYTES)
  return isKept ? [] : readNumbers(copy, bytes)
}

/** Gives how many lines are missing: a line between the copy and the truncation is in no file, unless it was read before. */
function judge(t: ExecutionContext, { seen, onDisk, written, twice }: Outcome): number {
  const numbers = Array.from({ length: written }, (_, i) => i)
  t.is(seen.strange, 0)
  const repeated = numbers.filter(number => seen.timesOf(number) > 1)
  t.deepEqual(spanOf(repeated), spanOf(twice), 'lines came twice')
  const missing = numbers.filter(number => seen.timesOf(number) === 0)
  t.deepEqual(
    missing.filter(number => onDisk.timesOf(number) > 0).slice(0, 10),
    [],
    'lines that are in a file are missing',
  )
  t.log(`${written} lines, of which ${missing.length} are in no file, and ${twice.length} came twice`)
  return missing.length
}

function spanOf(numbers: readonly number[]): Record<string, unknown> {
  return { first: numbers[0], last: numbers.at(-1), count: numbers.length }
}
