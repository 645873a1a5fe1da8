import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import type { RoleProcess } from '../../../src/demo/role-process.ts'
import { countEmbedded, searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { readBytes } from '../files/byte-account.ts'
import { makeTempDir } from '../files/temp-dir.ts'
import { until } from '../time/until.ts'
import { forwarderCommand, makePair, type Pair } from './roles.ts'
import type { LogLine } from './recording-log.ts'
import type { TeardownScope } from './scope.ts'

type Config = Readonly<Record<string, unknown>>

export interface StoredLine {
  readonly id: string
  readonly path: string
  readonly offset: number
  readonly message: string
  readonly flags: readonly string[]
  /** The one that the agent found. */
  readonly format: string | undefined
  readonly fields: Readonly<Record<string, unknown>>
}

export interface ShippingOptions {
  /** What the agent follows, below the directory of the pair; default: `logs/*.log*`. */
  readonly patterns?: readonly string[]
  readonly exclude?: readonly string[]
  /** Members of the agent's configuration that differ. */
  readonly agent?: Config
  /** Members of the entry of `files`. */
  readonly group?: Config
  /** Words of a shell before the command that starts the agent. */
  readonly within?: string
  /** The same before that of the collector. */
  readonly collectorWithin?: string
  /** Members of the collector's store. */
  readonly store?: Config
}

/** An agent and a collector with its embedded store, as a test looks at them that is about the way of lines from files to there. */
export class Shipping {
  readonly pair: Pair
  #agent: RoleProcess | undefined
  #collector: RoleProcess | undefined

  constructor(pair: Pair) {
    this.pair = pair
  }

  get dir(): string {
    return this.pair.dir
  }

  get logs(): string {
    return join(this.dir, 'logs')
  }

  get agent(): RoleProcess {
    if (this.#agent === undefined) throw new Error('the agent was never started')
    return this.#agent
  }

  /** Changes what the agent's configuration has, for its next start. */
  async changeAgent(change: (config: Config) => Config): Promise<void> {
    await changeConfig(this.pair, 'agent', change)
  }

  get collector(): RoleProcess {
    if (this.#collector === undefined) throw new Error('the collector was never started')
    return this.#collector
  }

  async startCollector(): Promise<void> {
    this.#collector = await this.pair.startCollector()
    await this.#collector.ready()
  }

  async startAgent(): Promise<void> {
    this.#agent = await this.pair.startAgent()
    await this.#agent.ready()
  }

  /** All lines of the store, in the order of their paths and offsets. */
  async readStored(): Promise<readonly StoredLine[]> {
    const lines: StoredLine[] = []
    const query = { text: '', fields: [], limit: 0 }
    for await (const { id, document } of searchEmbedded(this.pair.storePath, query)) lines.push(toLine(id, document))
    return lines.toSorted((a, b) => compare(a.path, b.path) || a.offset - b.offset)
  }

  async readMessages(): Promise<readonly string[]> {
    return (await this.readStored()).map(({ message }) => message)
  }

  async waitForCount(count: number): Promise<void> {
    await this.#waitFor(async () => countEmbedded(this.pair.storePath).rows >= count, `${count} lines are stored`)
  }

  /** Its words are those of a query. */
  async waitForMessage(words: string): Promise<void> {
    const query = { text: words, fields: [], limit: 1 }
    const find = async () => await Array.fromAsync(searchEmbedded(this.pair.storePath, query))
    await this.#waitFor(async () => (await find()).length > 0, `"${words}" is stored`)
  }

  async #waitFor(isThere: () => Promise<boolean>, what: string): Promise<void> {
    await until(async () => {
      await sleep(100)
      return await isThere().catch(() => false) // the store is made with the first batch
    }, what).catch(async (cause: unknown) => {
      const logs = await Promise.all([this.pair.readLog('agent'), this.pair.readLog('collector')])
      throw new Error([String(cause), JSON.stringify(await readBytes(this.agent)), ...logs].join('\n'), { cause })
    })
  }

  async readLog(role: 'agent' | 'collector' = 'agent'): Promise<readonly (LogLine['fields'] & LoggedLine)[]> {
    const lines = (await this.pair.readLog(role)).trimEnd().split('\n')
    return lines.flatMap(line => (line.startsWith('{') ? [JSON.parse(line) as LogLine['fields'] & LoggedLine] : []))
  }

  /** The process of the agent that was started last, as it sees itself. */
  async readPid(): Promise<number> {
    const starts = (await this.readLog()).filter(line => line.message === 'starting')
    return Number(starts.at(-1)?.['pid'])
  }
}

export interface LoggedLine {
  readonly level: string
  readonly message: string
}

/** A running collector, and an agent that is not started yet. */
export async function startShipping(t: ExecutionContext, options: ShippingOptions = {}): Promise<Shipping> {
  const { agent = {}, store = {}, patterns = ['logs/*.log*'], exclude = [], group = {} } = options
  const pair = await makePair(t, { command: await makeCommand(t, options) })
  const files = [{ paths: patterns.map(pattern => `${pair.dir}/${pattern}`), exclude, ...group }]
  await changeConfig(pair, 'agent', config => ({ ...config, files, ...agent }))
  await changeConfig(pair, 'collector', config => ({ ...config, store: { ...(config['store'] as object), ...store } }))
  const shipping = new Shipping(pair)
  await shipping.startCollector()
  return shipping
}

async function changeConfig(pair: Pair, role: string, change: (config: Config) => Config): Promise<void> {
  const path = join(pair.dir, `${role}.json`)
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')) as Config)))
}

/** A command that is forwarder, and whose roles are started by other programs. */
async function makeCommand(t: TeardownScope, { within = '', collectorWithin = '' }: ShippingOptions): Promise<string> {
  const path = join(await makeTempDir(t), 'command')
  const agent = `exec ${within} '${forwarderCommand}' "$@"`
  const collector = `exec ${collectorWithin} '${forwarderCommand}' "$@"`
  await writeFile(path, `#!/bin/sh\n[ "$1" = agent ] || ${collector}\n${agent}\n`)
  await chmod(path, 0o755)
  return path
}

interface StoredLog {
  readonly file: { readonly path: string }
  readonly offset: number
  readonly flags?: string[]
  readonly format?: string
}

function toLine(id: string, document: Readonly<Record<string, unknown>>): StoredLine {
  const { message, log, ...fields } = document as { readonly message: string; readonly log: StoredLog }
  return { id, path: log.file.path, offset: log.offset, message, flags: log.flags ?? [], format: log.format, fields }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
