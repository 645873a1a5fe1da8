import { parsePointer } from '../text/key-path.ts'
import type { KeyPath } from '../text/key-path.ts'
import type { SchemaNode } from './schema-node.ts'

/** Limits the time that is spent on a file that is not a configuration at all. */
const MAX_FAULTS = 500

export type Fault =
  | { readonly kind: 'unknown'; readonly path: KeyPath; readonly known: readonly string[] }
  | { readonly kind: 'missing'; readonly path: KeyPath; readonly schema: SchemaNode }
  | { readonly kind: 'value'; readonly path: KeyPath; readonly schema: SchemaNode }

/** A broken rule, as ajv's code reports it. */
interface BrokenRule {
  /** Of the value, as a JSON pointer. */
  readonly instancePath: string
  /** Of the rule in the schema: `#/properties/store/anyOf/1/properties/hosts/minItems`. */
  readonly schemaPath: string
  readonly params: Readonly<Record<string, unknown>>
}

/** The whole schema of a role as code. */
export interface Validator {
  (value: unknown): boolean
  /** All that the latest value broke. */
  errors?: readonly BrokenRule[] | null
}

/** All faults of a value that the narrowed schema forbids, at most one for each path. */
export function validate(validator: Validator, narrowed: SchemaNode, value: unknown): readonly Fault[] {
  if (validator(value)) return []
  const found = (validator.errors ?? []).map(broken => toFault(broken, narrowed)).filter(fault => fault !== undefined)
  const faults = new Map<string, Fault>()
  for (const fault of found.slice(0, MAX_FAULTS)) {
    const key = JSON.stringify(fault.path)
    if (!faults.has(key)) faults.set(key, fault)
  }
  return [...faults.values()]
}

/** Undefined if the narrowed schema does not have that rule. */
function toFault({ instancePath, schemaPath, params }: BrokenRule, narrowed: SchemaNode): Fault | undefined {
  const schema = findPart(narrowed, schemaPath)
  if (schema === undefined) return undefined
  const path = parsePointer(instancePath)
  const { additionalProperty: added, missingProperty: missing } = params
  if (typeof added === 'string') {
    return { kind: 'unknown', path: [...path, added], known: Object.keys(schema.properties ?? {}) }
  }
  if (typeof missing === 'string') {
    if (schema.required?.includes(missing) !== true) return undefined
    return { kind: 'missing', path: [...path, missing], schema: schema.properties?.[missing] ?? {} }
  }
  if (!schemaPath.endsWith('/anyOf')) return { kind: 'value', path, schema }
  return schema.branch === undefined ? blame(path, schema) : undefined
}

/** If the value was meant for no branch of a union, its wrong `type` is at fault if it has one, otherwise the value. */
function blame(path: KeyPath, schema: SchemaNode): Fault {
  const type = schema.properties?.['type']
  return type === undefined ? { kind: 'value', path, schema } : { kind: 'value', path: [...path, 'type'], schema: type }
}

/** The part of the narrowed schema that has the rule; none if it is in another branch of a union, or was left out. */
function findPart(narrowed: SchemaNode, schemaPath: string): SchemaNode | undefined {
  const [, ...steps] = schemaPath.split('/').slice(0, -1)
  let part: SchemaNode | undefined = narrowed
  for (let at = 0; part !== undefined && at < steps.length; at++) {
    if (steps[at] === 'items') part = part.items
    else part = enter(part, steps[at], steps[++at] ?? '')
  }
  return part
}

function enter(part: SchemaNode, keyword: string | undefined, name: string): SchemaNode | undefined {
  if (keyword === 'anyOf') return part.branch === Number(name) ? part : undefined
  if (keyword !== 'properties') return undefined
  return part.properties?.[decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~')]
}
