import { parseArgs } from 'node:util'
import { SENDER_NAMES, type SenderOptions } from './senders/find-senders.ts'
import { WORKLOADS } from './workloads/find-workload.ts'

export interface BenchOptions extends Omit<SenderOptions, 'hasInstalled'> {
  readonly measures: readonly string[]
  readonly workloads: readonly WorkloadSize[]
  readonly megabytes: number
  readonly rounds: number
  /** Of the measures of latency and idleness. */
  readonly seconds: number
  readonly files: readonly number[]
  /** The directory for the results as JSON. */
  readonly results: string
  /** The page that is made of all results there; undefined: none. */
  readonly page: string | undefined
  /** The time limit of a run. */
  readonly runTimeoutMs: number
}

export interface WorkloadSize {
  readonly name: string
  readonly megabytes: number
}

export const MEASURE_NAMES = ['throughput', 'latency', 'idle', 'files', 'start', 'cpu-parts']

const root = new URL('..', import.meta.url).pathname
const help = `usage: make bench  (or: node bench/run.ts [options])
  --measures a,b   only these: ${MEASURE_NAMES.join(', ')}; none: only write the page
  --workloads a,b  those of throughput: ${WORKLOADS.map(({ name }) => name).join(', ')};
                   access:1000 has 1000 MB (all of them, and access:1000)
  --megabytes N    size of the other ones (200)
  --rounds N       how often each sender runs (3)
  --only a,b       only these senders: ${SENDER_NAMES.join(', ')}
  --seconds N      of the measures of latency and idleness (30)
  --files a,b      numbers of files of the measure of files (10000)
  --agent CMD      measure CMD instead of bin/forwarder; {config} is replaced by its configuration file
  --results DIR    keep the results there, one file per part (build/bench)
  --page FILE      write the page there, between its markers, from all results (bench/RESULTS.md)
  --no-page        print the results only
  --timeout N      seconds after which a run has failed (900)
LOGSTASH_FORWARDER=PATH in the environment adds that binary.`

const text = { type: 'string' } as const
const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  measures: text,
  workloads: text,
  megabytes: text,
  rounds: text,
  only: text,
  seconds: text,
  files: text,
  agent: text,
  results: text,
  page: text,
  'no-page': { type: 'boolean' },
  timeout: text,
} as const

/** Reads the command line; undefined if it asked for help, which is printed. */
export function readOptions(args: string[]): BenchOptions | undefined {
  const { values } = parseArgs({ args, options: OPTIONS })
  if (values.help) {
    console.log(help)
    return undefined
  }
  const megabytes = positive('--megabytes', values.megabytes ?? '200')
  return {
    measures: readMeasures(values.measures),
    workloads: readWorkloads(values.workloads, megabytes),
    megabytes,
    rounds: positive('--rounds', values.rounds ?? '3'),
    only: split(values.only),
    seconds: positive('--seconds', values.seconds ?? '30'),
    files: split(values.files ?? '10000').map(number => positive('--files', number)),
    logstashForwarder: process.env['LOGSTASH_FORWARDER'] || undefined,
    agent: (values.agent ?? `${root}bin/forwarder agent --config {config}`).split(' '),
    results: values.results ?? `${root}build/bench`,
    page: values['no-page'] ? undefined : (values.page ?? `${root}bench/RESULTS.md`),
    runTimeoutMs: positive('--timeout', values.timeout ?? '900') * 1000,
  }
}

function readMeasures(given: string | undefined): readonly string[] {
  if (given === 'none') return []
  const measures = split(given ?? MEASURE_NAMES.join(','))
  const unknown = measures.filter(name => !MEASURE_NAMES.includes(name))
  if (unknown.length > 0) throw new Error(`--measures: there is no "${unknown.join(', ')}"; see --help`)
  return measures
}

function readWorkloads(given: string | undefined, megabytes: number): readonly WorkloadSize[] {
  const all = [...WORKLOADS.map(({ name }) => name), 'access:1000']
  return (given === undefined ? all : split(given)).map(word => {
    const [name = '', size] = word.split(':')
    return { name, megabytes: size === undefined ? megabytes : positive('--workloads', size) }
  })
}

function split(words: string | undefined): string[] {
  return words?.split(',').filter(word => word !== '') ?? []
}

function positive(option: string, word: string): number {
  const value = Number(word)
  if (value > 0) return value
  throw new Error(`${option} needs a number above 0, not "${word}"`)
}
