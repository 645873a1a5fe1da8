import { stripVTControlCharacters } from 'node:util'
import { isRecord } from '../flow/is-record.ts'

export interface TextStyle {
  readonly hasColour: boolean
  /** For a person, who gets the local time of day. */
  readonly isTerminal: boolean
  readonly hasTime: boolean
}

const COLOURS: Readonly<Record<string, number>> = { debug: 90, info: 36, warn: 33, error: 31 }
const OWN_MEMBERS = new Set(['level', 'time', 'message'])

/** Formats a log record as a line for people: `10:15:30.123 warn  message  name=value`. */
export function formatLogLine(record: Readonly<Record<string, unknown>>, style: TextStyle): string {
  const level = String(record['level'])
  const paint = (code: number, text: string) => (style.hasColour ? `\u001B[${code}m${text}\u001B[0m` : text)
  const parts: string[] = []
  if (style.hasTime) parts.push(paint(90, formatTime(String(record['time']), style.isTerminal)))
  parts.push(paint(COLOURS[level] ?? 0, level.padEnd(5)), printable(textOf(record['message'])))
  for (const [name, value] of Object.entries(record)) {
    if (!OWN_MEMBERS.has(name)) parts.push(`${paint(90, `${name}=`)}${formatValue(name, value)}`)
  }
  return `${parts.join(' ')}\n`
}

function formatTime(isoTime: string, isTerminal: boolean): string {
  if (!isTerminal) return isoTime
  const time = new Date(isoTime)
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(part => padNumber(part, 2)).join(':')
  return `${clock}.${padNumber(time.getMilliseconds(), 3)}`
}

function padNumber(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

function formatValue(name: string, value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/u.test(value) ? printable(value) : printable(JSON.stringify(value))
  if ((name === 'error' || name === 'cause') && isRecord(value)) return formatError(value)
  return printable(JSON.stringify(value))
}

function formatError({ message, code, stack, cause }: Record<string, unknown>): string {
  const own = `${JSON.stringify(message)}${code === undefined ? '' : ` (${textOf(code)})`}`
  const because = cause === undefined ? '' : ` because ${formatValue('cause', cause)}`
  const trace = typeof stack === 'string' && stack.includes('\n') ? stack.slice(stack.indexOf('\n')) : ''
  return printable(own + because) + trace
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

/** Text from outside may hold escape sequences, which a terminal would obey, and line ends, which would forge log lines. */
function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/\p{Cc}/gu, ' ')
}
