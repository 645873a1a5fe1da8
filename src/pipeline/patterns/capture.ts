/** The types that Elasticsearch's grok converts to. Any other word means text. */
export type CaptureType = 'string' | 'int' | 'long' | 'float' | 'double' | 'boolean'

/** A field that a pattern fills. */
export interface Capture {
  /** A path with dots. */
  readonly field: string
  readonly type: CaptureType
  /** Of captures with the same key, the first that took part counts; of keys with the same field, the last. */
  readonly key: string
}

const TYPES: ReadonlySet<string> = new Set<CaptureType>(['int', 'long', 'float', 'double', 'boolean'])

/** Reads the part after the name in `%{NAME:field:int}`. */
export function readCapture(name: string, text: string): Capture {
  const [field = '', type = ''] = text.replaceAll('?', '').split(':')
  return makeCapture(`${name}:${text}`, field, type)
}

/** Reads the name of `(?<field>…)`. In `(?<a:b:int>…)`, `a` is for the reader, as it is in Elasticsearch. */
export function readInlineCapture(text: string): Capture {
  const [first = '', field = first, type = ''] = text.split(':')
  return makeCapture(text, field, type)
}

function makeCapture(key: string, field: string, type: string): Capture {
  return { key, field: withDots(field), type: TYPES.has(type) ? (type as CaptureType) : 'string' }
}

/** `[a][b]`, as Logstash writes it, is `a.b`. */
function withDots(field: string): string {
  if (!/^(?:\[[^\][]+\])+$/u.test(field)) return field
  return field.slice(1, -1).replaceAll('][', '.')
}
