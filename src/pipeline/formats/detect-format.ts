// Which format a file has, by its first lines: for an agent, which imports no processor for it.
import { FORMATS } from './catalogue.ts'
import type { Format } from './format.ts'

export interface FormatSample {
  /** The first lines or records of the file; twenty are enough. */
  readonly lines: readonly string[]
  /** The path of the file: it decides between formats that look alike. */
  readonly path?: string
}

/** A format is recognised if at least this part of the lines looks like it. Others may be parts of records. */
const MIN_SHARE = 0.5
/** Formats that nearly as many lines look like are as likely: then the path decides, and their order. */
const NEARLY = 0.8
/** A line is looked at up to here: a look needs its beginning, mostly. */
const MAX_LINE_CHARACTERS = 16 * 1024
/** Lines of stack traces, which the ready-made joining of records takes. */
const TRACE_LINE = /^(?:\s|Caused by:|Traceback|[\w.]*(?:Error|Exception|Throwable)\b)/u

/** The name of the format; undefined if the lines look like none, or there are none. */
export function detectFormat({ lines, path = '' }: FormatSample): string | undefined {
  const looked = lines.filter(line => line.trim() !== '' && line.length <= MAX_LINE_CHARACTERS)
  const counts = FORMATS.map(format => ({ format, ...countLines(format, looked) }))
  const likely = counts.filter(({ like, all }) => like > 0 && like >= all * MIN_SHARE)
  const most = Math.max(...likely.map(({ like }) => like))
  const alike = likely.filter(({ like }) => like >= most * NEARLY).map(({ format }) => format)
  return (alike.find(({ paths }) => paths?.test(path)) ?? alike[0])?.name
}

/** Lines that look like the format, and all but those that continue the record of one. */
function countLines(format: Format, lines: readonly string[]): { readonly like: number; readonly all: number } {
  const continues = continuationOf(format)
  let like = 0
  let all = 0
  for (const line of lines) {
    const isLike = format.variants.some(({ looks, recognises = looks }) => recognises.test(line))
    if (isLike) like += 1
    if (isLike || like === 0 || !continues(line)) all += 1
  }
  return { like, all }
}

function continuationOf({ multiline }: Format): (line: string) => boolean {
  if (multiline === undefined) return () => false
  if (typeof multiline === 'string') return line => TRACE_LINE.test(line)
  const pattern = new RegExp(multiline.pattern, 'u')
  return line => pattern.test(line) !== (multiline.negate ?? false)
}
