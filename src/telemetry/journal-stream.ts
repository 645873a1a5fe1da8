import { fstatSync } from 'node:fs'

/**
 * Whether what is written to the descriptor goes to the journal of systemd, which names the stream that it gives to a service.
 * A service may have sent it elsewhere since: then the variable tells of another one.
 */
export function leadsToJournal(descriptor: number, environment: Readonly<Record<string, string | undefined>>): boolean {
  const { JOURNAL_STREAM: stream } = environment
  if (!stream) return false
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true })
    return stream === `${dev}:${ino}`
  } catch {
    return false // it is closed: nothing goes anywhere
  }
}
