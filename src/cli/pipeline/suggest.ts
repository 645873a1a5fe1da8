// A proposal for lines on which a pipeline fails: a format that is known, or a pattern made from their parts.
import { detectFormat } from '../../pipeline/formats/detect-format.ts'
import { Grok } from '../../pipeline/patterns/grok.ts'

/** What a part of a line may be, the most particular kind first. */
const PARTS: readonly (readonly [pattern: string, name: string, looksLike: RegExp])[] = [
  ['TIMESTAMP_ISO8601', 'timestamp', /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/y],
  ['HTTPDATE', 'timestamp', /\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}/y],
  ['SYSLOGTIMESTAMP', 'timestamp', /[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d/y],
  ['LOGLEVEL', 'log.level', /(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL)\b/iy],
  ['UUID', 'id', /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/iy],
  ['IPV4', 'source.ip', /(?:\d{1,3}\.){3}\d{1,3}\b/y],
  ['QUOTEDSTRING', 'text', /"(?:[^"\\]|\\.)*"/y],
  ['NUMBER', 'number', /[+-]?\d+(?:\.\d+)?\b/y],
  ['WORD', 'word', /\w+/y],
]
const SPECIAL = /[\\^$.|?*+()[\]{}]/gu
/** What is behind them becomes the message. */
const MAX_PARTS = 12

/** Lines to print. */
export function suggest(lines: readonly string[]): readonly string[] {
  const [first] = lines
  if (first === undefined) return ['every line passed the pipeline']
  const format = detectFormat({ lines })
  if (format !== undefined) return [`the lines look like the format ${format}:`, JSON.stringify({ parse: format })]
  const pattern = makePattern(first)
  const grok = new Grok({ patterns: [pattern] })
  const matching = lines.filter(line => grok.match(line) !== undefined).length
  const processor = { grok: { field: 'message', patterns: [pattern] } }
  return [
    `${matching} of ${lines.length} lines match this pattern; give its fields better names:`,
    JSON.stringify(processor),
  ]
}

/** Of the parts of one line; equal names are numbered. */
export function makePattern(line: string): string {
  const used = new Map<string, number>()
  let pattern = '^'
  let count = 0
  for (let at = 0; at < line.length;) {
    if (count === MAX_PARTS) return `${pattern}%{GREEDYDATA:rest}$`
    const part = partAt(line, at)
    if (part === undefined) {
      pattern += (line[at] as string).replace(SPECIAL, found => `\\${found}`)
      at++
      continue
    }
    const number = (used.get(part.name) ?? 0) + 1
    used.set(part.name, number)
    pattern += `%{${part.pattern}:${part.name}${number === 1 ? '' : number}}`
    at = part.end
    count++
  }
  return `${pattern}$`
}

function partAt(line: string, at: number) {
  for (const [pattern, name, looksLike] of PARTS) {
    looksLike.lastIndex = at
    const found = looksLike.exec(line)?.[0]
    if (found !== undefined) return { pattern, name, end: at + found.length }
  }
  return undefined
}
