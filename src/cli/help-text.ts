/** What `forwarder --help` ends with. */
export const HELP_AFTER = `
Examples:
  forwarder --config /etc/forwarder.json        follow files, as "forwarder agent" does
  forwarder collector --config collector.json   receive from agents and store
  forwarder check --config forwarder.json       say what is wrong with a configuration, or what it would do
  forwarder search timeout --config collector.json --since 1h
  forwarder ca create --dir certificates        a certificate authority of your own
  forwarder demo                                see it work, in a temporary directory
  forwarder demo --fleet                        the same with etcd, several agents and collectors, and a fault

The forms of logstash-forwarder (-config x, -spool-size 100, -quiet …) are understood.

Exit codes:
  0  done, or stopped in order (SIGTERM and SIGINT included)
  1  wrong use, or something wrong in the configuration
  2  could not start, or could not go on
  3  standard input ended and something of it stayed unconfirmed
`

export function formatExamples(examples: readonly string[]): string {
  if (examples.length === 0) return ''
  return `\nExamples:\n${examples.map(example => `  ${example}\n`).join('')}`
}
