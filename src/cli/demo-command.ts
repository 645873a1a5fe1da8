import { countOption, textOption, UsageError } from './program/command.ts'
import type { Command } from './program/command.ts'
import { EXIT } from './program/exit-codes.ts'
import { listenForStop } from './program/stop-signals.ts'

export const demoCommand: Command = {
  name: 'demo',
  summary: 'show the main job: a log is written and rotated, shipped over TLS, stored, found',
  options: [
    {
      flags: '--fleet',
      help: 'a real etcd, an authority, two collectors, three agents; one collector is killed and comes back',
    },
    { flags: '--elasticsearch <url>', help: 'store in this Elasticsearch or OpenSearch instead of the embedded store' },
    { flags: '--seconds <n>', help: 'how long the log is written (default 10)' },
    { flags: '--rate <n>', help: 'lines a second (default 2000)' },
    { flags: '--keep', help: 'leave everything there, and say how to look around' },
  ],
  examples: [
    'forwarder demo',
    'forwarder demo --fleet',
    'forwarder demo --keep',
    'forwarder demo --elasticsearch http://127.0.0.1:9200',
  ],
  async run(input) {
    const elasticsearch = textOption(input, 'elasticsearch')?.replace(/\/+$/u, '')
    const isFleet = input.options['fleet'] === true
    if (isFleet && elasticsearch !== undefined)
      throw new UsageError('--fleet has a store of its own; leave --elasticsearch out')
    const signals = listenForStop(() => {})
    const common = {
      keep: input.options['keep'] === true,
      seconds: countOption(input, 'seconds', 1, 3600) ?? (isFleet ? 20 : 10),
      linesPerSecond: countOption(input, 'rate', 1, 1_000_000) ?? 2000,
      screen: input.terminal.out,
      stop: signals.stop,
    }
    try {
      // Loaded only here: no other command needs their parts.
      const isTrue = isFleet
        ? await (await import('../demo/run-fleet-demo.ts')).runFleetDemo(common)
        : await (
            await import('../demo/run-demo.ts')
          ).runDemo({ ...common, ...(elasticsearch !== undefined && { elasticsearch }) })
      return isTrue ? EXIT.done : EXIT.failed
    } finally {
      signals.release()
    }
  },
}
