import { isatty } from 'node:tty'

/**
 * Tells the two meanings of SIGHUP apart: gives a function that says whether the program had a terminal until now, and the
 * terminal was closed. Otherwise someone sent the signal.
 */
export function watchTerminal(): () => boolean {
  const terminals = [0, 1, 2].filter(descriptor => isatty(descriptor))
  return () => terminals.length > 0 && !terminals.some(descriptor => isatty(descriptor))
}
