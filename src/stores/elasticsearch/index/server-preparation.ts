import { Once } from '../../../flow/log-once.ts'
import type { Log } from '../../../telemetry/log.ts'
import type { Verdict } from '../../contract.ts'
import { holdUntrusted } from '../bulk/verdict.ts'
import type { Client } from '../http/client.ts'
import { StoreError } from '../http/store-error.ts'
import { findInGenerations } from './find-existing-ids.ts'
import type { Target } from '../options.ts'
import { installTemplate } from './index-template.ts'

export interface PreparationOptions {
  readonly client: Client
  readonly target: Target
  readonly wildcard: string
  readonly installsTemplate?: boolean
  readonly log: Log
}

/**
 * Prepares a server before the first document goes to it: installs the template and, for rolling targets, checks the right to
 * read. The returned function does it once. Until it succeeds, it gives the verdict on all events that wait, or undefined if
 * writing will get a better answer (wrong credentials). After hosts were added it prepares again: they may be another server.
 */
export function createPreparation(options: PreparationOptions): () => Promise<Verdict | undefined> {
  let running: { readonly hosts: number; readonly outcome: ReturnType<typeof prepare> } | undefined
  let doneFor: number | undefined
  const reported = new Once()
  return async () => {
    const { hostsVersion: hosts } = options.client
    if (doneFor === hosts) return undefined
    if (running?.hosts !== hosts) running = { hosts, outcome: prepare(options, reported) }
    const current = running
    const outcome = await current.outcome
    if (running === current) running = undefined
    if (outcome !== 'done') return outcome
    doneFor = current.hosts
    return undefined
  }
}

async function prepare(options: PreparationOptions, reported: Once): Promise<Verdict | 'done' | undefined> {
  const never = new AbortController().signal // each request has a time limit
  if (options.installsTemplate !== false) {
    const outcome = await installTemplate(options, never)
    if (outcome.kind === 'no_access') return undefined
    if (outcome.kind === 'no_data_streams') return noDataStreams(options.wildcard)
    if (outcome.kind === 'no_answer') return judgeConnection(outcome, options.wildcard)
    if (outcome.kind === 'not_elasticsearch') return holdOtherProgram(options.wildcard, outcome.reason)
    if (outcome.kind === 'not_read_back') return judgeUnread(options, reported)
  }
  if (options.target.kind !== 'index') await checkReading(options, options.target.name)
  return 'done'
}

async function checkReading({ client, log }: PreparationOptions, target: string): Promise<void> {
  try {
    await findInGenerations(client, { target, ids: ['-'], sinceMs: Date.now() }, new AbortController().signal)
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'forbidden') return // `findExisting` will ask again
    log.warn(
      { target, reason: error.message },
      'no right to read this rolling target; after a failure an event may be stored twice (at least once); docs/elasticsearch.md lists the rights',
    )
  }
}

function judgeConnection(
  { reason, isUntrusted }: { readonly reason: string; readonly isUntrusted: boolean },
  target: string,
): Verdict {
  return isUntrusted ? holdUntrusted(target, reason) : { kind: 'retry', reason, isDoubtful: false }
}

function holdOtherProgram(target: string, reason: string): Verdict {
  const remedy = 'check "hosts" in the settings of the store: the server there is not Elasticsearch or OpenSearch'
  return { kind: 'held', target, reason, remedy }
}

/** Without the template a data stream would become an index of its name; other documents only get types that are guessed. */
function judgeUnread({ target, log }: PreparationOptions, reported: Once): Verdict | undefined {
  const reason = 'the store accepts the index template but does not show it'
  if (target.kind === 'dataStream') return { kind: 'retry', reason, isDoubtful: false }
  if (reported.isNew(reason)) log.warn({ reason }, 'writing without the index template; it is sent again each time')
  return undefined
}

function noDataStreams(target: string): Verdict {
  return {
    kind: 'held',
    target,
    reason: 'this server does not support data streams',
    remedy: 'set "index" instead of "dataStream" in the settings of the store',
  }
}
