import { isUtf8 } from 'node:buffer'
import { countOf, formatCount } from '../../flow/format-numbers.ts'
import { makePrintable } from '../program/printable-text.ts'
import { formatTable, formatTime } from '../program/table-text.ts'
import type { Letter, LetterGroup } from './letters-database.ts'

const TITLES = ['LETTERS', 'BYTES', 'TARGET', 'TYPE', 'SENDER', 'FIRST (UTC)', 'LAST (UTC)', 'TO REPLAY']
/** `show` ends a long document there; `export` has all of it. */
const MAX_SHOWN_BYTES = 4000

export function formatGroups(groups: readonly LetterGroup[]): string {
  const rows = groups.map(({ letters, bytes, target, type, sender, firstMs, lastMs, marked }) => [
    formatCount(letters),
    formatCount(bytes),
    makePrintable(target || '-'),
    makePrintable(type),
    makePrintable(sender),
    formatTime(firstMs),
    formatTime(lastMs),
    formatCount(marked),
  ])
  return formatTable(TITLES, rows)
}

export function formatGroupsJson(groups: readonly LetterGroup[]): string {
  const rows = groups.map(({ firstMs, lastMs, ...group }) => ({ ...group, first: toIso(firstMs), last: toIso(lastMs) }))
  return `${JSON.stringify({ groups: rows })}\n`
}

export function formatLetter(letter: Letter): string {
  const { key, target, type, reason, sender, id, keptMs, receivedMs, payload } = letter
  const shown = payload.toString('utf8', 0, MAX_SHOWN_BYTES)
  const rest = payload.length - MAX_SHOWN_BYTES
  return [
    `letter ${key}: ${makePrintable(type)}`,
    `  target    ${makePrintable(target || '- (not an event)')}`,
    `  sender    ${makePrintable(sender)}${describeMember(letter)}`,
    `  id        ${makePrintable(id)}`,
    `  received  ${toIso(receivedMs)}, kept ${toIso(keptMs)}`,
    `  reason    ${makePrintable(reason)}`,
    `  document  ${makePrintable(shown)}${rest > 0 ? ` … and ${countOf(rest, 'more byte')}` : ''}`,
    '',
  ]
    .map(line => `${line}\n`)
    .join('')
}

/** An agent by its mark, or else an address. */
function describeMember({ sender, member }: Letter): string {
  if (member === '' || member === sender) return ''
  return /^[\da-f]{12}$/.test(member) ? `, agent ${member}` : `, at ${makePrintable(member)}`
}

/** The keys are in docs/cli.md. A payload that is not UTF-8 is in base64. */
export function formatLetterJson({ payload, receivedMs, keptMs, ...letter }: Letter): string {
  const content = isUtf8(payload) ? { payload: payload.toString() } : { payloadBase64: payload.toString('base64') }
  return JSON.stringify({ ...letter, receivedAt: toIso(receivedMs), keptAt: toIso(keptMs), ...content })
}

function toIso(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
