import type { Command } from '../program/command-contract.ts'
import { CONFIG_OPTION } from '../program/option-values.ts'

export const drainCommand: Command = {
  name: 'collector drain',
  summary: 'stop a running collector in order and wait: it leaves the directory, finishes its windows and closes',
  options: [
    CONFIG_OPTION,
    {
      flags: '--timeout <duration>',
      help: 'how long to wait (default: 1m); the collector itself gives up after "shutdownTimeout"',
    },
  ],
  examples: ['forwarder collector drain --config /etc/forwarder/collector.json'],
  async run(input) {
    const { drainCollector } = await import('./drain-collector.ts')
    return await drainCollector(input)
  },
}
