import type { Log } from '../../../telemetry/log.ts'
import { readComplaint } from '../http/server-complaint.ts'
import type { Client } from '../http/client.ts'
import type { HttpAnswer, HttpResult } from '../http/send-one-request.ts'
import { isRecord } from '../../../flow/is-record.ts'
import { encodeJson, parseObject } from '../http/json.ts'
import type { Target } from '../options.ts'

/** Raised with every change of the template; an installed one with a lower version is replaced. */
const VERSION = 1
/** Above the built-in templates (100 for `logs-*-*`), below those of integrations (200) and of operators (500). */
const PRIORITY = 170
const HEADERS = { 'content-type': 'application/json' }

/**
 * - `settled`: installed, present already, or refused (which is logged).
 * - `no_answer`: the server is away or busy. Nothing may be written yet: the index would be created without the template.
 * - `no_access`: wrong credentials or a blocked cluster. A bulk request gets the same answer with more details.
 * - `no_data_streams`: the server does not support data streams.
 */
export type TemplateOutcome =
  | { readonly kind: 'settled' | 'no_access' | 'no_data_streams' }
  | { readonly kind: 'no_answer'; readonly reason: string; readonly isUntrusted: boolean }

const SETTLED: TemplateOutcome = { kind: 'settled' }

export interface TemplateOptions {
  readonly client: Client
  readonly target: Target
  /** Matches the names of the target's indices. */
  readonly wildcard: string
  readonly log: Log
}

/** Installs the index template unless there is one of that name. Changes by an operator are never overwritten. */
export async function installTemplate(options: TemplateOptions, signal: AbortSignal): Promise<TemplateOutcome> {
  const { client, wildcard } = options
  const name = templateName(wildcard)
  const path = `/_index_template/${encodeURIComponent(name)}`
  const found = await client.send({ method: 'GET', path }, signal)
  if (found.kind !== 'answer' || isBusy(found)) return noAnswer(found)
  if (found.status === 200 && !isOutdated(found, name)) return SETTLED
  if (found.status !== 200 && found.status !== 404) return explain(found, name, options)
  const query = found.status === 404 ? '?create=true' : ''
  const body = encodeJson(makeTemplate(options.target, wildcard))
  const put = await client.send({ method: 'PUT', path: path + query, headers: HEADERS, body }, signal)
  if (put.kind !== 'answer' || isBusy(put)) return noAnswer(put)
  if (put.status >= 300) return explain(put, name, options)
  options.log.info({ template: name, pattern: wildcard }, 'installed the index template')
  return SETTLED
}

/** `forwarder` for the default pattern; other patterns have other names, so that two collectors do not conflict. */
export function templateName(wildcard: string): string {
  const stem = wildcard.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')
  return stem === '' || stem === 'forwarder' ? 'forwarder' : `forwarder-${stem}`
}

/** Maps ECS fields to types that Elasticsearch 7, 8, 9 and OpenSearch all have. Other strings become keywords. */
export function makeTemplate(target: Target, wildcard: string): Readonly<Record<string, unknown>> {
  const keyword = { type: 'keyword', ignore_above: 1024 }
  return {
    index_patterns: [wildcard],
    priority: PRIORITY,
    ...(target.kind === 'dataStream' && { data_stream: {} }),
    _meta: { managed_by: 'forwarder', version: VERSION },
    template: {
      mappings: {
        date_detection: false,
        dynamic_templates: [{ strings: { match_mapping_type: 'string', mapping: keyword } }],
        properties: {
          '@timestamp': { type: 'date' },
          message: { type: 'text' },
          host: { properties: { name: keyword } },
          agent: { properties: { type: keyword, version: keyword } },
          log: {
            properties: { file: { properties: { path: keyword } }, offset: { type: 'long' }, flags: keyword },
          },
        },
      },
    },
  }
}

function isBusy({ status }: HttpAnswer): boolean {
  return status === 429 || status >= 500
}

function noAnswer(result: HttpResult): TemplateOutcome {
  const reason = result.kind === 'answer' ? readComplaint(result).reason : result.reason
  // A reason about a certificate is kept whole, since it ends with the command that fixes it.
  const isUntrusted = result.kind === 'untrusted'
  return { kind: 'no_answer', reason: isUntrusted ? reason : reason.slice(0, 300), isUntrusted }
}

function isOutdated(found: HttpAnswer, name: string): boolean {
  const list = parseObject(found.body)?.['index_templates']
  const entry: unknown = Array.isArray(list) ? list.find(item => isRecord(item) && item['name'] === name) : undefined
  const template = isRecord(entry) ? entry['index_template'] : undefined
  const meta = isRecord(template) ? template['_meta'] : undefined
  if (!isRecord(meta) || meta['managed_by'] !== 'forwarder') return false
  return typeof meta['version'] === 'number' && meta['version'] < VERSION
}

function explain(answer: HttpAnswer, name: string, { target, log }: TemplateOptions): TemplateOutcome {
  const { status, type, reason } = readComplaint(answer)
  if (status === 401 || type === 'cluster_block_exception') return { kind: 'no_access' }
  if (target.kind === 'dataStream' && /unknown field \[data_stream\]/.test(reason)) return { kind: 'no_data_streams' }
  const fields = { template: name, status, type, reason: reason.slice(0, 500) }
  if (status === 403) {
    log.warn(
      fields,
      'no right to manage index templates; install it by hand (docs/elasticsearch.md) or set "template" to false',
    )
  } else {
    log.warn(fields, 'the server refused the index template; fields get the types that the server guesses')
  }
  return SETTLED
}
