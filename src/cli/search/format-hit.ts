import type { Hit } from '../../stores/contract.ts'
import { makePrintable } from '../program/printable-text.ts'

/** One event for people: time, host, file, message. The JSON form has its other members. */
export function formatHit({ timeMs, document }: Hit, hasColour: boolean): string {
  const paint = (code: number, text: string) => (hasColour && text !== '' ? `\u001B[${code}m${text}\u001B[0m` : text)
  const parts = [
    paint(90, new Date(timeMs).toISOString()),
    paint(32, readText(document, ['host', 'name'])),
    paint(36, readText(document, ['log', 'file', 'path'])),
    readText(document, ['message']),
  ]
  return parts.filter(part => part !== '').join('  ')
}

function readText(document: Hit['document'], path: readonly string[]): string {
  const flat = document[path.join('.')]
  const value = flat === undefined ? path.reduce<unknown>(memberOf, document) : flat
  if (value === undefined) return ''
  return makePrintable(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
