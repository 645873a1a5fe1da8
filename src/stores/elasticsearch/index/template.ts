import type { Log } from '../../../telemetry/log.ts'
import { readComplaint } from '../bulk/answer.ts'
import type { Client } from '../http/client.ts'
import type { HttpAnswer, HttpResult } from '../http/http.ts'
import { isRecord } from '../../../flow/json.ts'
import { encodeJson, parseObject } from '../http/json.ts'
import type { Target } from '../options.ts'

/** Raised with every change of the template; an installed one of a lower version is replaced. */
const VERSION = 1
/** Above the stock templates (100 for `logs-*-*`), below those of integrations (200) and what operators take (500). */
const PRIORITY = 170
const HEADERS = { 'content-type': 'application/json' }

/**
 * - `settled`: installed, already there, or impossible for good (said in the log).
 * - `no_answer`: the server is away or busy. Nothing may be written yet: the index would be made without the template.
 * - `no_access`: wrong credentials or a blocked cluster. A bulk request will be told the same, and more.
 * - `no_data_streams`: the server does not know data streams.
 */
export type TemplateOutcome =
  | { readonly kind: 'settled' | 'no_access' | 'no_data_streams' }
  | { readonly kind: 'no_answer'; readonly reason: string; readonly isUntrusted: boolean }

const SETTLED: TemplateOutcome = { kind: 'settled' }

export interface TemplateOptions {
  readonly client: Client
  readonly target: Target
  /** Matches what the target's indices are called. */
  readonly wildcard: string
  readonly log: Log
}

/** Installs our index template unless there is one of that name. An operator's changes are never overwritten. */
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
  options.log.info({ template: name, pattern: wildcard }, 'index template installed')
  return SETTLED
}

/** `forwarder` for the default pattern; another pattern has another name, so that two collectors get along. */
export function templateName(wildcard: string): string {
  const stem = wildcard.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')
  return stem === '' || stem === 'forwarder' ? 'forwarder' : `forwarder-${stem}`
}

/** ECS fields with types that Elasticsearch 7, 8, 9 and OpenSearch all have. Other strings become keywords. */
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
  // What is said of a certificate ends with the command that mends it.
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
      'no right to manage index templates: install it by hand (docs/elasticsearch.md), or turn "template" off',
    )
  } else {
    log.warn(fields, 'the index template is refused: fields get the types that the server guesses')
  }
  return SETTLED
}
