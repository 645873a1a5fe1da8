import type { Platform } from '../../packaging/base-node.ts'
import { buildDist } from '../../test/helpers/packages/single-executable.ts'
import { buildGoProgram } from '../../test/helpers/peers/go-programs.ts'
import { makeFilebeat, type FilebeatName } from './filebeat.ts'
import { makeForwarder } from './forwarder.ts'
import { makeLogstashForwarder } from './logstash-forwarder.ts'
import { findRsyslog } from './rsyslog.ts'
import type { MissingSender, Sender } from './sender.ts'

export interface SenderOptions {
  /** The names of the senders to run; empty: all. */
  readonly only: readonly string[]
  /** The path of a logstash-forwarder binary. */
  readonly logstashForwarder: string | undefined
  /** The command of an agent, with `{config}` for its configuration. */
  readonly agent: readonly string[]
  /** Whether senders as they are installed are wanted beside those of the checkout. */
  readonly hasInstalled: boolean
}

export interface FoundSenders {
  readonly senders: readonly Sender[]
  readonly missing: readonly MissingSender[]
}

/** The single executable of the packages. */
const INSTALLED = 'forwarder-executable'

type Finder = (options: SenderOptions) => Promise<Sender>

const filebeat = (name: FilebeatName) => async () => makeFilebeat(await buildGoProgram('filebeat'), name)

const FINDERS: Readonly<Record<string, Finder>> = {
  forwarder: async ({ agent }) => makeForwarder('forwarder', agent),
  // The same configuration: the receiver decides.
  'forwarder-lumberjack': async ({ agent }) => ({ ...makeForwarder('forwarder-lumberjack', agent), isOwnForm: false }),
  [INSTALLED]: async () => {
    const binary = (await buildDist()).binary(`linux-${process.arch}` as Platform)
    return { ...makeForwarder(INSTALLED, [binary, 'agent', '--config', '{config}']), isInstalled: true }
  },
  'filebeat-tuned': filebeat('filebeat-tuned'),
  'filebeat-default': filebeat('filebeat-default'),
  'logstash-forwarder': async ({ logstashForwarder }) => {
    if (logstashForwarder === undefined) throw new Error('LOGSTASH_FORWARDER names no binary')
    return makeLogstashForwarder(logstashForwarder)
  },
  rsyslog: findRsyslog,
}

export const SENDER_NAMES = Object.keys(FINDERS)

/** Builds or installs those that are wanted. A sender that cannot be had is missing, with the reason. */
export async function findSenders(options: SenderOptions): Promise<FoundSenders> {
  const { only } = options
  const unknown = only.filter(name => !SENDER_NAMES.includes(name))
  if (unknown.length > 0) throw new Error(`--only: no sender is named ${unknown.join(', ')}; see --help`)
  const senders: Sender[] = []
  const missing: MissingSender[] = []
  for (const [name, find] of Object.entries(FINDERS)) {
    if (!isWanted(name, options)) continue
    await find(options).then(
      sender => senders.push(sender),
      (error: Error) => missing.push({ name, reason: error.message }),
    )
  }
  if (senders.length === 0) throw new Error(`no sender can be run: ${missing.map(({ reason }) => reason).join('; ')}`)
  return { senders, missing }
}

function isWanted(name: string, { only, hasInstalled }: SenderOptions): boolean {
  if (name === INSTALLED && !hasInstalled) return false
  return only.length === 0 || only.includes(name)
}
