import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ExecutionContext } from 'ava'
import { buildGoProgram } from './go-programs.ts'
import { makeTempDir } from '../files/temp-dir.ts'

export type SinkProtocol = 1 | 2 | 'lines'

export interface LumberSinkOptions {
  /** Paths of PEM files; with `ca`, clients must show a certificate of that CA. Without `tls`: plain text. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string; readonly max?: '1.2' | '1.3' }
  /** `lines`: bare lines instead of Lumberjack, which are counted and not acked. Default: both versions. */
  readonly protocols?: readonly SinkProtocol[]
  /** Selects our own wire form where it is offered; with `tls` and `count`. */
  readonly own?: boolean
  /** 0: a free one. */
  readonly port?: number
  /** From the receipt of a window to its ack. */
  readonly delayMs?: number
  /** 0: none. Default 3000. */
  readonly keepaliveMs?: number
  /** Default 10,000. */
  readonly maxWindow?: number
  /** The longest JSON payload, in bytes; a longer one ends the connection. Default: any. */
  readonly maxEvent?: number
  /** Counts only, and looks into no event: for measurements. */
  readonly count?: boolean
  /** The path of a file that gets a line for each window: the number of events so far, and the time in ms since 1970. */
  readonly trace?: string
  /** Protocol 1 values as one code point per byte (`Buffer.from(value, 'latin1')` gives the bytes back). */
  readonly octets?: boolean
}

/**
 * Bytes are those of JSON payloads, or of keys and values in protocol 1; wire bytes those that its sockets received, TLS
 * included. Times in ms since 1970, 0 before a window.
 */
export interface LumberSinkStats {
  readonly events: number
  readonly bytes: number
  readonly wireBytes: number
  readonly windows: number
  readonly connections: number
  readonly firstMs: number
  readonly lastMs: number
}

export interface LumberSink {
  readonly host: string
  readonly port: number
  readonly pid: number
  stats(): Promise<LumberSinkStats>
  /** The events that arrived, in order; an event is here before its window is acked. Protocol 1 gives flat string members. */
  events<Event = Record<string, unknown>>(): Promise<Event[]>
  /** Ends it and gives the last counts. More calls do nothing more. */
  stop(): Promise<LumberSinkStats>
}

/** A receiver on go-lumber's server package; it goes with the test. */
export async function startLumberSink(t: ExecutionContext, options: LumberSinkOptions = {}): Promise<LumberSink> {
  const dump = options.count ? undefined : join(await makeTempDir(t), 'events.jsonl')
  const sink = await spawnLumberSink(options, dump)
  t.teardown(() => sink.stop())
  return sink
}

/** The same outside a test; the caller stops it. It also ends with this process, by the end of its standard input. */
export async function spawnLumberSink(options: LumberSinkOptions, dump?: string): Promise<LumberSink> {
  const child = spawn(await buildGoProgram('lumber-sink'), toArguments(options, dump), {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.on('error', () => {}) // it has ended: the missing answer says so
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await answers.next()
    if (done) throw new Error(`lumber-sink gave no answer; it ended with ${child.exitCode ?? child.signalCode}`)
    return JSON.parse(value)
  }
  const address: { host: string; port: number; pid: number } = await next()
  let ending: Promise<LumberSinkStats> | undefined
  let lastAsked: Promise<unknown> = Promise.resolve()
  const ask = async (earlier: Promise<unknown>) => {
    await earlier
    child.stdin.write('stats\n')
    return next()
  }
  return {
    ...address,
    stats: async () => {
      const answer = ask(lastAsked)
      lastAsked = answer.catch(() => {}) // its caller has the error
      return answer
    },
    events: async () => (dump === undefined ? [] : parseLines(await readFile(dump, 'utf8'))),
    stop: async () => {
      await lastAsked
      ending ??= end(child, next)
      return ending
    },
  }
}

async function end(child: ChildProcess, next: () => Promise<LumberSinkStats>): Promise<LumberSinkStats> {
  const closed = once(child, 'close')
  child.stdin?.end()
  const last = await next()
  await closed
  return last
}

function parseLines<Event>(text: string): Event[] {
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
}

function toArguments(options: LumberSinkOptions, dump: string | undefined): string[] {
  const { tls, protocols = [1, 2] } = options
  return [
    '-stdin',
    `-bind=127.0.0.1:${options.port ?? 0}`,
    `-v1=${protocols.includes(1)}`,
    `-v2=${protocols.includes(2)}`,
    `-lines=${protocols.includes('lines')}`,
    `-own=${options.own ?? false}`,
    `-count=${options.count ?? false}`,
    `-octets=${options.octets ?? false}`,
    `-delay=${options.delayMs ?? 0}ms`,
    `-keepalive=${options.keepaliveMs ?? 3000}ms`,
    `-max-window=${options.maxWindow ?? 10_000}`,
    `-max-event=${options.maxEvent ?? 0}`,
    ...(tls ? [`-cert=${tls.cert}`, `-key=${tls.key}`, `-ca=${tls.ca ?? ''}`, `-tls-max=${tls.max ?? '1.3'}`] : []),
    ...(options.trace === undefined ? [] : [`-trace=${options.trace}`]),
    ...(dump === undefined ? [] : [`-dump=${dump}`]),
  ]
}
