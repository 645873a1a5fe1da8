import { countOption, textOption } from './command.ts'
import type { Command } from './command.ts'
import { EXIT } from './exit-codes.ts'
import { listenForStop } from './stop-signals.ts'

export const demoCommand: Command = {
  name: 'demo',
  summary: 'show the main job: a log is written and rotated, shipped over TLS, stored, found',
  options: [
    { flags: '--elasticsearch <url>', help: 'store in this Elasticsearch or OpenSearch instead of the embedded store' },
    { flags: '--seconds <n>', help: 'how long the log is written (default 10)' },
    { flags: '--rate <n>', help: 'lines a second (default 2000)' },
    { flags: '--keep', help: 'leave everything there, and say how to look around' },
  ],
  examples: ['forwarder demo', 'forwarder demo --keep', 'forwarder demo --elasticsearch http://127.0.0.1:9200'],
  async run(input) {
    const elasticsearch = textOption(input, 'elasticsearch')?.replace(/\/+$/u, '')
    // Loaded only here: no other command needs its parts.
    const { runDemo } = await import('./demo/run-demo.ts')
    const signals = listenForStop(() => {})
    try {
      const isTrue = await runDemo({
        keep: input.options['keep'] === true,
        seconds: countOption(input, 'seconds', 1, 3600) ?? 10,
        linesPerSecond: countOption(input, 'rate', 1, 1_000_000) ?? 2000,
        screen: input.terminal.out,
        stop: signals.stop,
        ...(elasticsearch === undefined ? {} : { elasticsearch }),
      })
      return isTrue ? EXIT.done : EXIT.failed
    } finally {
      signals.release()
    }
  },
}
