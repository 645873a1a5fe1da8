import { fstatSync } from 'node:fs'

/**
 * Whether the descriptor leads to the journal of systemd, which names in a variable the stream that it gives to a service.
 * If the service has redirected the descriptor since, the variable names another stream.
 */
export function leadsToJournal(descriptor: number, environment: Readonly<Record<string, string | undefined>>): boolean {
  const { JOURNAL_STREAM: stream } = environment
  if (!stream) return false
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true })
    return stream === `${dev}:${ino}`
  } catch {
    return false // the descriptor is closed
  }
}
