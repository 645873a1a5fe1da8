// Lines of container runtimes, and what they mean: nothing here is shared with the agent.

export interface WrittenLine {
  readonly stream: 'stdout' | 'stderr'
  /** Bytes as text, a character for each. */
  readonly text: string
  readonly isPartial: boolean
  readonly timeMs: number
  readonly nanos: number
}

export type Format = 'cri' | 'docker'

function timeOf({ timeMs, nanos }: Pick<WrittenLine, 'timeMs' | 'nanos'>): string {
  return `${new Date(timeMs).toISOString().slice(0, -1)}${String(nanos).padStart(6, '0')}Z`
}

/** As containerd and CRI-O write it. */
export function criLine(line: WrittenLine): Buffer {
  return Buffer.from(`${timeOf(line)} ${line.stream} ${line.isPartial ? 'P' : 'F'} ${line.text}\n`, 'latin1')
}

/** As Docker writes it: with <, >, & and controls escaped, and without zeros at the end of the time. */
export function dockerLine(line: WrittenLine, attrs = ''): Buffer {
  const text = Buffer.from(line.text, 'latin1').toString()
  const log = JSON.stringify(line.isPartial ? text : `${text}\n`).replaceAll(/[<>&]/g, character => {
    return `\\u00${character.charCodeAt(0).toString(16)}`
  })
  const time = timeOf(line).replace(/\.?0+Z$/, 'Z')
  return Buffer.from(`{"log":${log},"stream":"${line.stream}"${attrs},"time":"${time}"}\n`)
}

/** One record: what an event is made of. */
export interface ExpectedRecord {
  readonly offset: number
  readonly stream: string | undefined
  /** Bytes as text, a character for each; without its terminator. */
  readonly text: string
  readonly timeMs: number | undefined
  readonly nanos: number
  readonly isDamaged: boolean
}

interface Before {
  readonly line: string
  readonly offset: number
  readonly before: ExpectedRecord | undefined
}

function joinLine(read: WrittenLine | undefined, { line, offset, before }: Before): ExpectedRecord {
  if (read === undefined) return { offset, stream: undefined, text: line, timeMs: undefined, nanos: 0, isDamaged: true }
  const first = before ?? { ...read, offset, text: '', isDamaged: false }
  return { ...first, text: first.text + read.text }
}

const CRI = /^(\S+) (stdout|stderr) ([PF])(?::[^ ]*)?(?: (.*))?$/s

/** The records of a file whose lines are shorter than any limit; those that are open at its end are left out. */
export function recordsOf(bytes: Buffer, format: Format): ExpectedRecord[] {
  return joinLines(bytes, format).records
}

/** Those that are open at its end. */
export function openIn(bytes: Buffer, format: Format): ExpectedRecord[] {
  return joinLines(bytes, format).open
}

function joinLines(
  bytes: Buffer,
  format: Format,
): { readonly records: ExpectedRecord[]; readonly open: ExpectedRecord[] } {
  const records: ExpectedRecord[] = []
  const open = new Map<string, ExpectedRecord>()
  let offset = 0
  for (const line of bytes.toString('latin1').split('\n').slice(0, -1)) {
    const read = format === 'cri' ? readCri(line) : readDocker(line)
    const next = joinLine(read, { line, offset, before: read && open.get(read.stream) })
    if (read !== undefined) open.delete(read.stream)
    if (read?.isPartial === true) open.set(read.stream, next)
    else records.push({ ...next, text: next.text.replace(/\r$/, '') })
    offset += line.length + 1
  }
  return { records: inOrder(records), open: inOrder([...open.values()]) }
}

function inOrder(records: readonly ExpectedRecord[]): ExpectedRecord[] {
  return records
    .map(({ offset: at, stream, text, timeMs, nanos, isDamaged }) => {
      return { offset: at, stream, text, timeMs, nanos, isDamaged }
    })
    .toSorted((one, other) => one.offset - other.offset)
}

function readCri(line: string): WrittenLine | undefined {
  const [, time = '', stream, tag, text = ''] = CRI.exec(line) ?? []
  const at = readTime(time)
  if (at === undefined || (stream !== 'stdout' && stream !== 'stderr')) return undefined
  return { stream, text, isPartial: tag === 'P', ...at }
}

function readDocker(line: string): WrittenLine | undefined {
  try {
    const { log, stream, time } = JSON.parse(Buffer.from(line, 'latin1').toString())
    const at = readTime(time)
    if (at === undefined || typeof log !== 'string' || (stream !== 'stdout' && stream !== 'stderr')) return undefined
    const text = Buffer.from(log.replace(/\n$/, '')).toString('latin1')
    return { stream, text, isPartial: !log.endsWith('\n'), ...at }
  } catch {
    return undefined
  }
}

function readTime(text: string): Pick<WrittenLine, 'timeMs' | 'nanos'> | undefined {
  const [, second, fraction = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text) ?? []
  const startMs = second === undefined ? NaN : Date.parse(`${second}Z`)
  if (Number.isNaN(startMs)) return undefined
  const digits = fraction.padEnd(9, '0')
  return { timeMs: startMs + Number(digits.slice(0, 3)), nanos: Number(digits.slice(3)) }
}
