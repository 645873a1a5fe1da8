import { parseArgs } from 'node:util'

export interface BenchOptions {
  readonly megabytes: number
  readonly rounds: number
  /** The names of the senders to run; empty: all that are available. */
  readonly only: readonly string[]
  /** The path of a logstash-forwarder binary. */
  readonly logstashForwarder: string | undefined
  /** A command to measure instead of `bin/forwarder agent --config {config}`. */
  readonly agent: readonly string[]
  /** The file for the results as JSON. */
  readonly json: string | undefined
  /** The time limit of a run. */
  readonly runTimeoutMs: number
}

const help = `usage: make bench  (or: node bench/run.ts [options])
  --megabytes N   size of the log (200)
  --rounds N      how often each sender runs (3)
  --only a,b      only these senders: forwarder, 'forwarder (forwarder/1)', filebeat-tuned, filebeat-default, logstash-forwarder
  --agent CMD     measure CMD instead of bin/forwarder; {config} is replaced by its configuration file
  --json FILE     write the results there too
  --timeout N     seconds after which a run has failed (300)
LOGSTASH_FORWARDER=PATH in the environment adds that binary.`

const rootDir = new URL('..', import.meta.url).pathname

/** Reads the command line; undefined if it asked for help, which is printed. */
export function readOptions(args: string[]): BenchOptions | undefined {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', short: 'h' },
      megabytes: text,
      rounds: text,
      only: text,
      agent: text,
      json: text,
      timeout: text,
    },
  })
  if (values.help) {
    console.log(help)
    return undefined
  }
  return {
    megabytes: positive('--megabytes', values.megabytes ?? '200'),
    rounds: positive('--rounds', values.rounds ?? '3'),
    only: values.only?.split(',') ?? [],
    logstashForwarder: process.env['LOGSTASH_FORWARDER'] || undefined,
    agent: (values.agent ?? `${rootDir}bin/forwarder agent --config {config}`).split(' '),
    json: values.json,
    runTimeoutMs: positive('--timeout', values.timeout ?? '300') * 1000,
  }
}

function positive(option: string, text: string): number {
  const value = Number(text)
  if (value > 0) return value
  throw new Error(`${option} needs a number above 0, not "${text}"`)
}
