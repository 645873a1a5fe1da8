import { expectChoice } from './schema-values.ts'

/** What of a TypeBox schema, which is plain JSON Schema, the loader and the reference page look at. */
export interface SchemaNode {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[] | undefined
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
  readonly enum?: readonly (string | number)[]
  readonly const?: unknown
  readonly not?: SchemaNode
  readonly default?: unknown
  readonly description?: string
  readonly expects?: string
  readonly isSecret?: boolean
  readonly isAbsentWhenEmpty?: boolean
}

/**
 * The schema for this very value: of each union only the branch that the value was meant for is left, so that its errors
 * are the only ones. Where no branch fits, nothing is allowed, and `expects` says what would be.
 */
export function specialise(schema: SchemaNode, given: unknown): SchemaNode {
  const value = given ?? schema.default
  if (schema.anyOf !== undefined) {
    const { anyOf, ...rest } = schema
    const branch = findBranch(anyOf, value)
    return branch === undefined
      ? refuse(rest, anyOf, value)
      : { ...rest, ...specialise(branch, value), ...described(rest) }
  }
  if (schema.properties === undefined) return schema
  const properties = Object.entries(schema.properties).map(([key, property]) => {
    return [key, specialise(property, memberOf(value, key))] as const
  })
  return { ...schema, properties: Object.fromEntries(properties) }
}

/** A value with the defaults of the schema where it has nothing. Objects get them all the way down. */
export function applyDefaults(schema: SchemaNode, given: unknown): unknown {
  const value = given === undefined ? structuredClone(schema.default) : given
  if (Array.isArray(value)) return value.map(item => applyDefaults(schema.items ?? {}, item))
  if (schema.properties === undefined || typeof value !== 'object' || value === null) return value
  const filled: Record<string, unknown> = { ...value }
  for (const [key, property] of Object.entries(schema.properties)) {
    const member = applyDefaults(property, filled[key])
    if (member !== undefined) filled[key] = member
  }
  return filled
}

/** The key that a schema knows `written` by: letter case makes no difference, as in logstash-forwarder. */
export function canonicalKey(schema: SchemaNode, written: string): string | undefined {
  if (schema.properties === undefined) return undefined
  if (Object.hasOwn(schema.properties, written)) return written
  return Object.keys(schema.properties).find(key => key.toLowerCase() === written.toLowerCase())
}

function findBranch(branches: readonly SchemaNode[], value: unknown): SchemaNode | undefined {
  const fitting = branches.filter(branch => fitsKind(branch, value))
  const type = memberOf(value, 'type')
  if (fitting.length < 2) return fitting[0]
  if (type !== undefined) return fitting.find(({ properties }) => properties?.['type']?.enum?.includes(type as string))
  // Without a type it is the one that knows most of the keys; among equals the first, which is the default.
  const strangers = fitting.map(branch => countUnknown(branch, value))
  return fitting[strangers.indexOf(Math.min(...strangers))]
}

function countUnknown(schema: SchemaNode, value: unknown): number {
  return Object.keys(value ?? {}).filter(key => canonicalKey(schema, key) === undefined).length
}

function fitsKind(branch: SchemaNode, value: unknown): boolean {
  if ('const' in branch) return branch.const === value
  if (Array.isArray(value)) return branch.type === 'array'
  return branch.type === (value === null ? 'null' : typeof value)
}

/** The member of that name, in whatever letter case; a `null` counts as nothing. */
function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  const found = Object.entries(value).find(([name]) => name.toLowerCase() === key.toLowerCase())
  return found?.[1] ?? undefined
}

function described({ description, expects }: SchemaNode): SchemaNode {
  return { ...(description === undefined ? {} : { description }), ...(expects === undefined ? {} : { expects }) }
}

/** Points at a wrong `type` where that is what is wrong, else at the value. */
function refuse(rest: SchemaNode, branches: readonly SchemaNode[], value: unknown): SchemaNode {
  const types = branches.flatMap(branch => branch.properties?.['type']?.enum ?? [])
  if (types.length === 0 || memberOf(value, 'type') === undefined) return { ...rest, not: {} }
  return { ...rest, type: 'object', properties: { type: { enum: types, expects: expectChoice(types) } } }
}
