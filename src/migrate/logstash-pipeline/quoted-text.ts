import type { Scanner } from './scanner.ts'

const DOUBLE = /"(?:[^"\\]|\\.)*"/suy
const SINGLE = /'(?:[^'\\]|\\.)*'/suy

/**
 * Text in quotes; undefined where no quote begins. As in Logstash (`config.support_escapes: false`) a backslash is kept,
 * but before the quote.
 */
export function parseQuoted(scanner: Scanner): string | undefined {
  const written = scanner.take(DOUBLE) ?? scanner.take(SINGLE)
  if (written === undefined && scanner.sees(/["']/uy)) scanner.fail('expected a closing quote')
  return written?.slice(1, -1).replaceAll(`\\${written[0]}`, written[0] as string)
}
