import type { Log } from '../../../telemetry/log.ts'
import { readComplaint } from '../http/server-complaint.ts'
import type { Client } from '../http/client.ts'
import type { HttpAnswer, HttpResult } from '../http/send-one-request.ts'
import { isRecord } from '../../../flow/is-record.ts'
import { encodeJson, type JsonObject, parseObject, readString } from '../http/json.ts'
import { choosePriority, type OtherTemplate } from './template-priority.ts'
import type { Target } from '../options.ts'

/** Raised with every change of the template; an installed one with a lower version is replaced. */
const VERSION = 2
const HEADERS = { 'content-type': 'application/json' }

/**
 * - `settled`: it was read back, or it was refused (which is logged).
 * - `no_answer`: the server is away or busy. Nothing may be written yet: the index would be created without the template.
 * - `not_elasticsearch`: another program answered, such as a balancer while the cluster starts. As with `no_answer`.
 * - `not_read_back`: the server took it, but does not show it. It is not counted as installed.
 * - `no_access`: wrong credentials or a blocked cluster. A bulk request gets the same answer with more details.
 * - `no_data_streams`: the server does not support data streams.
 */
export type TemplateOutcome =
  | { readonly kind: 'settled' | 'no_access' | 'no_data_streams' | 'not_read_back' }
  | { readonly kind: 'not_elasticsearch'; readonly reason: string }
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
  const { client, wildcard, log } = options
  const name = templateName(wildcard)
  const path = `/_index_template/${encodeURIComponent(name)}`
  const found = await client.send({ method: 'GET', path }, signal)
  if (!isAnswerOfStore(found)) return explainMissing(found)
  const template = readTemplate(found, name)
  if (template !== undefined && !isOutdated(template)) return SETTLED
  if (template === undefined && found.status !== 404) return explain(found, name, options)

  const priority = choosePriority(wildcard, await listOthers(client, name, signal))
  const query = template === undefined ? '?create=true' : ''
  const body = encodeJson(makeTemplate(options.target, wildcard, priority))
  const request = { method: 'PUT', path: path + query, headers: HEADERS, body, isRepeatable: true } as const
  const put = await client.send(request, signal)
  if (!isAnswerOfStore(put)) return explainMissing(put)
  // Another request may have created it: of another collector, or this one, if a host was silent and a second one was asked.
  const mayExist = put.status === 400 && template === undefined
  if (put.status >= 300 && !mayExist) return explain(put, name, options)

  const back = await client.send({ method: 'GET', path }, signal)
  if (!isAnswerOfStore(back)) return explainMissing(back)
  if (readTemplate(back, name) === undefined)
    return put.status < 300 ? { kind: 'not_read_back' } : explain(put, name, options)
  log.info({ template: name, pattern: wildcard, priority }, 'installed the index template')
  return SETTLED
}

/** `forwarder` for the default pattern; other patterns have other names, so that two collectors do not conflict. */
export function templateName(wildcard: string): string {
  const stem = wildcard.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')
  return stem === '' || stem === 'forwarder' ? 'forwarder' : `forwarder-${stem}`
}

/** Maps ECS fields to types that Elasticsearch 7, 8, 9 and OpenSearch all have. Other strings become keywords. */
export function makeTemplate(target: Target, wildcard: string, priority: number): Readonly<Record<string, unknown>> {
  const keyword = { type: 'keyword', ignore_above: 1024 }
  return {
    index_patterns: [wildcard],
    priority,
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
            properties: {
              file: { properties: { path: keyword } },
              offset: { type: 'long' },
              flags: keyword,
              format: keyword,
            },
          },
        },
      },
    },
  }
}

/** The answer is one of Elasticsearch or OpenSearch that is not busy; other programs and proxies do not write JSON. */
function isAnswerOfStore(result: HttpResult): result is HttpAnswer {
  if (result.kind !== 'answer' || isBusy(result)) return false
  return result.status === 401 || parseObject(result.body) !== undefined
}

function isBusy({ status }: HttpAnswer): boolean {
  return status === 429 || status >= 500
}

function explainMissing(result: HttpResult): TemplateOutcome {
  if (result.kind === 'answer' && !isBusy(result)) {
    const type = result.contentType === '' ? 'an unnamed type' : result.contentType
    return { kind: 'not_elasticsearch', reason: `${result.status} with ${type} for an index template` }
  }
  const reason = result.kind === 'answer' ? readComplaint(result).reason : result.reason
  // A reason about a certificate is kept whole, since it ends with the command that fixes it.
  const isUntrusted = result.kind === 'untrusted'
  return { kind: 'no_answer', reason: isUntrusted ? reason : reason.slice(0, 300), isUntrusted }
}

interface NamedTemplate {
  readonly name: string
  readonly template: JsonObject
}

/** The template of that name in the answer; undefined if it has none, whatever its status. */
function readTemplate(answer: HttpAnswer, name: string): JsonObject | undefined {
  return listTemplates(answer).find(entry => entry.name === name)?.template
}

function listTemplates({ status, body }: HttpAnswer): readonly NamedTemplate[] {
  const list = status === 200 ? parseObject(body)?.['index_templates'] : undefined
  return (Array.isArray(list) ? list : []).flatMap((entry: unknown) => {
    const template = isRecord(entry) ? entry['index_template'] : undefined
    return isRecord(entry) && isRecord(template) ? [{ name: readString(entry, 'name'), template }] : []
  })
}

/** All templates but ours. Without the right to list them ours is below what is usual. */
async function listOthers(client: Client, name: string, signal: AbortSignal): Promise<readonly OtherTemplate[]> {
  const names = ['name', 'index_template.index_patterns', 'index_template.priority']
  const filter = names.map(member => `index_templates.${member}`).join(',')
  const answer = await client.send({ method: 'GET', path: `/_index_template?filter_path=${filter}` }, signal)
  if (answer.kind !== 'answer') return []
  const others = listTemplates(answer).filter(entry => entry.name !== name)
  return others.map(({ template: { index_patterns: patterns, priority } }) => ({
    patterns: Array.isArray(patterns) ? patterns.map(String) : [String(patterns)],
    priority: typeof priority === 'number' ? priority : 0,
  }))
}

function isOutdated(template: JsonObject): boolean {
  const meta = template['_meta']
  if (!isRecord(meta) || meta['managed_by'] !== 'forwarder') return false
  return typeof meta['version'] === 'number' && meta['version'] < VERSION
}

function explain(answer: HttpAnswer, name: string, { target, log }: TemplateOptions): TemplateOutcome {
  const { status, type, reason } = readComplaint(answer)
  if (status === 401 || type === 'cluster_block_exception') return { kind: 'no_access' }
  if (status < 300) return { kind: 'not_read_back' }
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
