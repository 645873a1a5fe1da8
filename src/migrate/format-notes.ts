import type { Note } from './contract.ts'

export function formatNotes(title: string, notes: readonly Note[]): string {
  const rows = notes.map(
    ({ kind, subject, text }) => `  ${kind === 'taken' ? 'taken over' : 'left out  '}  ${subject}: ${text}\n`,
  )
  return `${title}\n${rows.length === 0 ? '  nothing\n' : rows.join('')}`
}
