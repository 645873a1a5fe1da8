import { readDocument, writeJson } from './json.ts'
import { Original } from './original.ts'
import { type Fields, type Value, isFields, memberOf, putMember } from './value.ts'

/** A text as `JSON.stringify` writes it, without its quotes. */
const PLAIN_TEXT = String.raw`[^"\\\0-\x1f]*(?:\\(?:["\\bfnrt]|u00(?:0[0-7bef]|1[\da-f]))[^"\\\0-\x1f]*)*`
const PLAIN_TIME = String.raw`[\d:.TZ+-]{1,40}`
/** JavaScript's numbers keep each of them. */
const PLAIN_OFFSET = String.raw`(?:0|[1-9]\d{0,14})`
const MESSAGE = '","message":"'

const DOCUMENT = new RegExp(
  `^(.*?"@timestamp":")${PLAIN_TIME}${MESSAGE}${PLAIN_TEXT}(".*?"offset":)${PLAIN_OFFSET}([,}].*)$`,
  's',
)

/** A document of a form, and the text that it was read from. */
export interface LineDocument {
  readonly fields: Fields
  readonly text: string
  readonly line: Line
}

/** What is not the same in all documents of a form. */
interface Line {
  readonly time: string
  readonly message: string
  readonly offset: number
}

/**
 * What documents of lines have in common, mostly those of one file: all but the time, the message and the offset. Only
 * these are read of a further one. If processors only added to what was read, or changed the time, that is not written
 * again.
 */
export class LineForm {
  readonly #pattern: RegExp
  readonly #timeAt: number
  readonly #original: Original

  /** The form of a document that has these fields; undefined where it has none. */
  static of(text: string, fields: Fields): LineForm | undefined {
    const line = lineOf(fields)
    const [, head, middle, tail] = (line && DOCUMENT.exec(text)) ?? []
    if (head === undefined || middle === undefined || tail === undefined || writeJson(fields) !== text) return undefined
    const message = line?.message === '' ? 'x' : ''
    const other = readDocument(`${head}${MESSAGE}${message}${middle}${line?.offset === 0 ? 1 : 0}${tail}`)
    // Another text in these places has made other values: so they are the places of these members, and of no others.
    if (line === undefined || !differsInAll(line, lineOf(other))) return undefined
    return new LineForm([head, middle, tail], other)
  }

  private constructor(around: readonly string[], fields: Fields) {
    this.#timeAt = around[0]?.length ?? 0
    const [head = '', middle = '', tail = ''] = around.map(text => RegExp.escape(text))
    this.#pattern = new RegExp(`^${head}(${PLAIN_TIME})${MESSAGE}(${PLAIN_TEXT})${middle}(${PLAIN_OFFSET})${tail}$`)
    this.#original = new Original(fields, { '@timestamp': true, message: true, log: { offset: true } })
  }

  /** A document of this form; undefined for any other one. */
  read(text: string): LineDocument | undefined {
    const match = this.#pattern.exec(text)
    if (match === null) return undefined
    const [, time = '', written = '', offset] = match
    const message = written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written
    return this.#fill(text, { time, message, offset: Number(offset) })
  }

  /** One line of JSON. Throws a ProcessingFault for a document that processors have nested too deep. */
  write({ fields, text, line }: LineDocument): string {
    const { size } = this.#original
    const time = fields['@timestamp']
    // Where most of it is new, it is faster to write all of it at once.
    const isMostlyNew = Object.keys(fields).length > 2 * size
    if (isMostlyNew || !this.#original.isStartOf(fields) || !isLine(fields, line) || typeof time !== 'string')
      return writeJson(fields)
    const added = writeJson(membersAfter(size, fields))
    const kept = time === line.time ? text : this.#withTime(text, line.time, time)
    return added === '{}' ? kept : `${kept.slice(0, -1)},${added.slice(1)}`
  }

  #withTime(text: string, was: string, time: string): string {
    return text.slice(0, this.#timeAt - 1) + JSON.stringify(time) + text.slice(this.#timeAt + was.length + 1)
  }

  #fill(text: string, line: Line): LineDocument {
    const fields = this.#original.copy()
    const log = fields['log'] as Fields
    fields['@timestamp'] = line.time
    fields['message'] = line.message
    log['offset'] = line.offset
    return { fields, text, line }
  }
}

function lineOf(fields: Fields): Line | undefined {
  const [time, message, log] = [memberOf(fields, '@timestamp'), memberOf(fields, 'message'), memberOf(fields, 'log')]
  const offset = isFields(log) ? memberOf(log, 'offset') : undefined
  const isComplete = typeof time === 'string' && typeof message === 'string' && typeof offset === 'number'
  return isComplete ? { time, message, offset } : undefined
}

function differsInAll(one: Line, other: Line | undefined): boolean {
  return one.time !== other?.time && one.message !== other?.message && one.offset !== other?.offset
}

/** Fields that have a log, and still this message and offset. */
function isLine(fields: Fields, { message, offset }: Line): boolean {
  return fields['message'] === message && (fields['log'] as Fields)['offset'] === offset
}

function membersAfter(count: number, fields: Fields): Fields {
  const members: Fields = {}
  let left = count
  for (const name in fields) if (left-- <= 0) putMember(members, name, fields[name] as Value)
  return members
}
