// Names of indices with fields of the event in them: `logs-%{event.dataset:generic}-%{+yyyy.MM}`.

/** Where an event lacks the field and no other default is written. */
const DEFAULT_TEXT = 'unknown'
/** All fields have this text in the name for events that cannot have a name of their own. */
const OTHER_TEXT = 'other'
/** Of one field: the name has a limit, and other parts. */
const MAX_FIELD_CHARACTERS = 80

/** `%{…}` but not `%{+…}`, which is a time. `[a][b]` and `[a.b]` are the same as `a.b`. */
const FIELD = /%\{(?!\+)([^{}]*)\}/gu
const TIME = /%\{\+[^{}]*\}/gu

/** A part of a name: text, or the field that it is to be taken from. */
type Part = string | { readonly path: string; readonly fallback: string }

export interface NameWithFields {
  /** The dotted paths of its fields. */
  readonly paths: readonly string[]
  /** `read` gives the text of a field; the times of the name stay to be filled in. */
  readonly fill: (read: (path: string) => string | undefined) => string
  /** For events that cannot have a name of their own. */
  readonly other: string
  /** The name with `*` for its fields. */
  readonly widened: string
}

/** Undefined for a name without fields. */
export function parseNameWithFields(name: string): NameWithFields | undefined {
  const parts = readParts(name)
  const paths = parts.flatMap(part => (typeof part === 'string' ? [] : [part.path]))
  if (paths.length === 0) return undefined
  const join = (textOf: (path: string, fallback: string) => string) =>
    parts.map(part => (typeof part === 'string' ? part : textOf(part.path, part.fallback))).join('')
  return {
    paths,
    fill: read =>
      trimStart(
        join((path, fallback) => {
          const text = sanitizeName(read(path) ?? '').slice(0, MAX_FIELD_CHARACTERS)
          return text === '' ? fallback : text
        }),
      ),
    other: join(() => OTHER_TEXT),
    widened: join(() => '*'),
  }
}

/** A name that a pipeline chose, as an index can have it; its times stay to be filled in. */
export function sanitizeChosenName(name: string): string {
  const times = name.match(TIME) ?? []
  const texts = name.split(TIME).map(sanitizeName)
  return trimStart(texts.map((text, i) => text + (times[i] ?? '')).join(''))
}

/** Why the fields of a name are not usable; undefined if they are. */
export function explainFields(name: string): string | undefined {
  for (const [whole, inner = ''] of name.matchAll(FIELD)) {
    const { path, fallback } = readField(inner)
    if (path === '' || path.split('.').includes(''))
      return `${whole} names no field; write for example %{event.dataset}`
    if (fallback !== sanitizeName(fallback)) return `the default in ${whole} cannot be a part of the name of an index`
  }
  return undefined
}

function readParts(name: string): Part[] {
  const parts: Part[] = []
  let end = 0
  for (const match of name.matchAll(FIELD)) {
    if (match.index > end) parts.push(name.slice(end, match.index))
    parts.push(readField(match[1] ?? ''))
    end = match.index + match[0].length
  }
  return end < name.length ? [...parts, name.slice(end)] : parts
}

function readField(inner: string): Exclude<Part, string> {
  const [, written = '', fallback = DEFAULT_TEXT] = /^([^:]*)(?::(.*))?$/su.exec(inner) ?? []
  const path = written.startsWith('[') ? written.slice(1, -1).replaceAll('][', '.') : written
  return { path, fallback: fallback === '' ? DEFAULT_TEXT : fallback }
}

/** https://www.elastic.co/guide/en/elasticsearch/reference/8.19/indices-create-index.html#indices-create-api-path-params, and nothing that is a field or a time. */
function sanitizeName(text: string): string {
  return text.toLowerCase().replaceAll(/[\\/*?"<>| ,#:%{}\p{Lu}\p{Cc}\p{Cs}\s]/gu, '_')
}

function trimStart(name: string): string {
  return name.replace(/^[-_+.]+/u, '')
}
