// Which format lines have, by their look: for an agent, which imports no processor for it.
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

const continuations: readonly ((line: string) => boolean)[] = FORMATS.map(continuationOf)

/** The name of the format; undefined if the lines look like none, or there are none. */
export function detectFormat({ lines, path = '' }: FormatSample): string | undefined {
  const looks = new FormatLooks()
  for (const line of lines) looks.add(line)
  return looks.decide([path])
}

/** Counts for each format the lines that look like it, as they come. */
export class FormatLooks {
  readonly #like = new Uint32Array(FORMATS.length)
  /** All but those that continue the record of a line that looks like the format. */
  readonly #all = new Uint32Array(FORMATS.length)

  add(line: string): void {
    if (line.length > MAX_LINE_CHARACTERS || line.trim() === '') return
    for (let i = 0; i < FORMATS.length; i++) {
      const isLike = looksLike(line, FORMATS[i]!)
      if (isLike) this.#like[i]!++
      if (isLike || this.#like[i] === 0 || !continuations[i]!(line)) this.#all[i]!++
    }
  }

  /** The name of the format; undefined if the lines look like none. `paths` of the file: its own, and the target of a link. */
  decide(paths: readonly string[]): string | undefined {
    const likely = FORMATS.flatMap((format, i) => {
      const like = this.#like[i]!
      return like > 0 && like >= this.#all[i]! * MIN_SHARE ? { format, like } : []
    })
    const most = Math.max(...likely.map(({ like }) => like))
    const alike = likely.filter(({ like }) => like >= most * NEARLY).map(({ format }) => format)
    const ofPath = alike.find(format => paths.some(path => format.paths?.test(path)))
    return (ofPath ?? alike[0])?.name
  }
}

function looksLike(line: string, { variants }: Format): boolean {
  return variants.some(({ looks, recognises = looks }) => recognises.test(line))
}

function continuationOf({ multiline }: Format): (line: string) => boolean {
  if (multiline === undefined) return () => false
  if (typeof multiline === 'string') return line => TRACE_LINE.test(line)
  const pattern = new RegExp(multiline.pattern, 'u')
  return line => pattern.test(line) !== (multiline.negate ?? false)
}
