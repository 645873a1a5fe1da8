import { EXIT } from './exit-codes.ts'

interface Row {
  readonly left: string
  readonly right: string
}

/** What the program is good for, by example. */
export const EXAMPLES: readonly Row[] = [
  { left: 'forwarder --config /etc/forwarder/forwarder.json', right: 'follow files, as "forwarder agent" does' },
  { left: 'forwarder collector --config collector.json', right: 'receive from agents and store' },
  {
    left: 'forwarder check --config forwarder.json',
    right: 'say what is wrong with a configuration, or what it would do',
  },
  { left: 'forwarder search timeout --config collector.json --since 1h', right: '' },
  { left: 'forwarder ca create --dir certificates', right: 'a certificate authority of your own' },
  { left: 'forwarder demo', right: 'see it work, in a temporary directory' },
  { left: 'forwarder demo --fleet', right: 'the same with etcd, several agents and collectors, and a fault' },
]

export const EXIT_MEANINGS: readonly Row[] = [
  { left: String(EXIT.done), right: 'done, or stopped in order (SIGTERM and SIGINT included)' },
  { left: String(EXIT.usage), right: 'wrong use, or something wrong in the configuration' },
  { left: String(EXIT.failed), right: 'could not start, or could not go on' },
  { left: String(EXIT.unconfirmed), right: 'standard input ended and something of it stayed unconfirmed' },
]

const EXAMPLE_COLUMN = 48

/** What `forwarder --help` ends with. */
export const HELP_AFTER = `
Examples:
${EXAMPLES.map(({ left, right }) => `  ${left.padEnd(EXAMPLE_COLUMN)} ${right}`.trimEnd()).join('\n')}

The forms of logstash-forwarder (-config x, -spool-size 100, -quiet …) are understood.

Exit codes:
${EXIT_MEANINGS.map(({ left, right }) => `  ${left}  ${right}`).join('\n')}
`

export function formatExamples(examples: readonly string[]): string {
  if (examples.length === 0) return ''
  return `\nExamples:\n${examples.map(example => `  ${example}\n`).join('')}`
}
