import { DemoError } from '../demo/demo-error.ts'
import type { Command, CommandInput } from './program/command-contract.ts'
import { EXIT } from './program/exit-codes.ts'
import { UsageError, countOption, textOption } from './program/option-values.ts'
import { listenForStop } from './program/stop-signals.ts'

export const demoCommand: Command = {
  name: 'demo',
  summary: 'end-to-end demo: write and rotate a log, ship it over TLS, store it, search it',
  options: [
    {
      flags: '--fleet',
      help: 'use a real etcd, an authority, two collectors and three agents; one collector is killed and restarted',
    },
    { flags: '--elasticsearch <url>', help: 'store in this Elasticsearch or OpenSearch instead of the embedded store' },
    { flags: '--seconds <n>', help: 'how long to write the log (default 10)' },
    { flags: '--rate <n>', help: 'lines a second (default 2000)' },
    { flags: '--keep', help: 'keep all files, and print how to explore them' },
  ],
  examples: [
    'forwarder demo',
    'forwarder demo --fleet',
    'forwarder demo --keep',
    'forwarder demo --elasticsearch http://127.0.0.1:9200',
  ],
  async run(input) {
    try {
      return (await runDemo(input)) ? EXIT.done : EXIT.failed
    } catch (error) {
      throw error instanceof DemoError ? new UsageError(error.message) : error
    }
  },
}

async function runDemo(input: CommandInput): Promise<boolean> {
  const elasticsearch = textOption(input, 'elasticsearch')?.replace(/\/+$/u, '')
  const isFleet = input.options['fleet'] === true
  if (isFleet && elasticsearch !== undefined)
    throw new UsageError('--fleet has a store of its own; leave --elasticsearch out')
  const signals = listenForStop(() => {})
  const common = {
    keep: input.options['keep'] === true,
    seconds: countOption(input, 'seconds', { min: 1, max: 3600 }) ?? (isFleet ? 20 : 10),
    linesPerSecond: countOption(input, 'rate', { min: 1, max: 1_000_000 }) ?? 2000,
    screen: input.terminal.out,
    stop: signals.stop,
  }
  try {
    if (isFleet) return await (await import('../demo/run-fleet-demo.ts')).runFleetDemo(common)
    const demo = await import('../demo/run-demo.ts')
    return await demo.runDemo({ ...common, ...(elasticsearch !== undefined && { elasticsearch }) })
  } finally {
    signals.release()
  }
}
