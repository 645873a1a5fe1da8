import { isatty } from 'node:tty'

/**
 * Distinguishes the two meanings of SIGHUP: the function that it gives is true once the terminal that the program started with
 * is closed. Otherwise the signal was sent on purpose.
 */
export function watchTerminal(): () => boolean {
  const terminals = [0, 1, 2].filter(descriptor => isatty(descriptor))
  return () => terminals.length > 0 && !terminals.some(descriptor => isatty(descriptor))
}
