import { EXIT } from './exit-codes.ts'

interface Row {
  readonly left: string
  readonly right: string
}

export const EXAMPLES: readonly Row[] = [
  { left: 'forwarder --config /etc/forwarder/forwarder.json', right: 'follow files, as "forwarder agent" does' },
  { left: 'forwarder collector --config collector.json', right: 'receive from agents and store' },
  {
    left: 'forwarder check --config forwarder.json',
    right: 'report the errors of a configuration, or describe its effect',
  },
  { left: 'forwarder search timeout --config collector.json --since 1h', right: '' },
  { left: 'forwarder ca create --dir certificates', right: 'create a certificate authority' },
  { left: 'forwarder demo', right: 'end-to-end demo in a temporary directory' },
  { left: 'forwarder demo --fleet', right: 'the same with etcd, several agents and collectors, and a crash' },
]

export const EXIT_MEANINGS: readonly Row[] = [
  { left: String(EXIT.done), right: 'finished, or stopped in order (also by SIGTERM or SIGINT)' },
  { left: String(EXIT.usage), right: 'invalid command line or configuration' },
  { left: String(EXIT.failed), right: 'could not start, or could not continue' },
  { left: String(EXIT.unconfirmed), right: 'standard input ended and some of its lines were not acked' },
]

const EXAMPLE_COLUMN = 48

/** The end of `forwarder --help`. */
export const HELP_AFTER = `
Examples:
${EXAMPLES.map(({ left, right }) => `  ${left.padEnd(EXAMPLE_COLUMN)} ${right}`.trimEnd()).join('\n')}

The options of logstash-forwarder (-config x, -spool-size 100, -quiet …) are accepted.

Exit codes:
${EXIT_MEANINGS.map(({ left, right }) => `  ${left}  ${right}`).join('\n')}
`

export function formatExamples(examples: readonly string[]): string {
  if (examples.length === 0) return ''
  return `\nExamples:\n${examples.map(example => `  ${example}\n`).join('')}`
}
