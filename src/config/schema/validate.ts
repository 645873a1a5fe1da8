import { Ajv } from 'ajv'
import { parseConfiguredAddress } from '../values/configured-address.ts'
import { parseDuration } from '../values/duration.ts'
import { parsePointer } from '../text/key-path.ts'
import type { KeyPath } from '../text/key-path.ts'
import type { SchemaNode } from './schema-node.ts'
import { parseSizeBytes } from '../values/size.ts'

/** Limits the time that is spent on a file that is not a configuration at all. */
const MAX_FAULTS = 500

export type Fault =
  | { readonly kind: 'unknown'; readonly path: KeyPath; readonly known: readonly string[] }
  | { readonly kind: 'missing'; readonly path: KeyPath; readonly schema: SchemaNode }
  | { readonly kind: 'value'; readonly path: KeyPath; readonly schema: SchemaNode }

/** All faults of a value, at most one for each path. */
export function validate(schema: SchemaNode, value: unknown): readonly Fault[] {
  const ajv = createAjv()
  if (ajv.validate(schema, value)) return []
  const faults = new Map<string, Fault>()
  for (const error of (ajv.errors ?? []).slice(0, MAX_FAULTS)) {
    const path = parsePointer(error.instancePath)
    const fault = toFault(path, (error.parentSchema ?? {}) as SchemaNode, error.params)
    const key = JSON.stringify(fault.path)
    if (!faults.has(key)) faults.set(key, fault)
  }
  return [...faults.values()]
}

function toFault(path: KeyPath, schema: SchemaNode, params: Readonly<Record<string, unknown>>): Fault {
  const { additionalProperty: added, missingProperty: missing } = params
  if (typeof added === 'string') {
    return { kind: 'unknown', path: [...path, added], known: Object.keys(schema.properties ?? {}) }
  }
  if (typeof missing === 'string') {
    return { kind: 'missing', path: [...path, missing], schema: schema.properties?.[missing] ?? {} }
  }
  return { kind: 'value', path, schema }
}

function createAjv(): Ajv {
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true, ownProperties: true })
  for (const annotation of ['expects', 'isSecret', 'isAbsentWhenEmpty']) ajv.addKeyword(annotation)
  ajv.addFormat('duration', text => parseDuration(text) !== undefined)
  ajv.addFormat('size', text => parseSizeBytes(text) !== undefined)
  ajv.addFormat('address', text => !('fault' in parseConfiguredAddress(text)))
  ajv.addFormat('fingerprint', /^(?:sha-?256[:=])?(?:[\da-f]{2}:?){31}[\da-f]{2}$/iu)
  ajv.addFormat('time', text => /^\d{4}-\d\d-\d\d(?:T\d\d:\d\dZ)?$/u.test(text) && !Number.isNaN(Date.parse(text)))
  ajv.addFormat('etcd-prefix', /^(?:\/[^/\p{Cc}]+)+$/u)
  ajv.addFormat('srv-name', /^_[\w-]+\._(?:tcp|udp)(?:\.[\w-]+)+\.?$/u)
  ajv.addFormat('index-name', isIndexName)
  ajv.addFormat('stream-name', text => !text.includes('%') && isIndexName(text))
  addBounds(ajv, 'duration', readDurationMs)
  addBounds(ajv, 'size', value => parseSizeBytes(String(value)))
  return ajv
}

/** A bare number is seconds, as it is in logstash-forwarder. */
export function readDurationMs(value: unknown): number | undefined {
  return typeof value === 'number' ? Math.round(value * 1000) : parseDuration(String(value))
}

function addBounds(ajv: Ajv, kind: 'duration' | 'size', read: (value: unknown) => number | undefined): void {
  const order = (value: unknown, bound: unknown) => (read(value) ?? Number.NaN) - (read(bound) ?? Number.NaN)
  // NaN compares false, so that the format reports unreadable text, not a bound.
  ajv.addKeyword({ keyword: `${kind}From`, validate: (bound: unknown, value: unknown) => !(order(value, bound) < 0) })
  ajv.addKeyword({ keyword: `${kind}To`, validate: (bound: unknown, value: unknown) => !(order(value, bound) > 0) })
}

/** Rules that all versions share; the store checks the parts of a time. */
function isIndexName(pattern: string): boolean {
  const fixed = pattern.replaceAll(/%\{\+[^{}]+\}/gu, '0')
  return /^[^-_+\\/*?"<>| ,#:%A-Z.][^\\/*?"<>| ,#:%A-Z]*$/u.test(fixed)
}
