/** The parts of a schema (plain JSON Schema) that the loader and the reference page use. */
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
  /** Only of a narrowed union: the index in `anyOf` of the branch that was chosen. */
  readonly branch?: number
}

/**
 * Narrows the schema to this value: of each union only the branch that the value was meant for is left, so that only
 * its errors are reported. If no branch fits, nothing is allowed, and `expects` describes the allowed values.
 */
export function specialise(schema: SchemaNode, given: unknown): SchemaNode {
  const value = given ?? schema.default
  if (schema.anyOf !== undefined) {
    const { anyOf, ...rest } = schema
    const branch = findBranch(anyOf, value)
    return branch === undefined
      ? refuse(rest, anyOf, value)
      : { ...rest, ...specialise(branch, value), ...described(rest), branch: anyOf.indexOf(branch) }
  }
  if (schema.properties === undefined) return schema
  const properties = Object.entries(schema.properties).map(([key, property]) => {
    return [key, specialise(property, memberOf(value, key))] as const
  })
  return { ...schema, properties: Object.fromEntries(properties) }
}

/** Fills in the defaults of the schema, at every depth. */
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

/** The key of the schema that `written` means: letter case is ignored, as in logstash-forwarder. */
export function canonicalKey(schema: SchemaNode, written: string): string | undefined {
  if (schema.properties === undefined) return undefined
  if (Object.hasOwn(schema.properties, written)) return written
  return Object.keys(schema.properties).find(key => key.toLowerCase() === written.toLowerCase())
}

export function expectChoice(values: readonly unknown[]): string {
  const written = values.map(value => JSON.stringify(value)).join(', ')
  return values.length === 1 ? written : `one of ${written}`
}

function findBranch(branches: readonly SchemaNode[], value: unknown): SchemaNode | undefined {
  const fitting = branches.filter(branch => fitsKind(branch, value))
  const type = memberOf(value, 'type')
  if (fitting.length < 2) return fitting[0]
  if (type !== undefined) return fitting.find(({ properties }) => properties?.['type']?.enum?.includes(type as string))
  // Without a type it is the branch that knows most of the keys; among equals the first, which is the default.
  const unknownCounts = fitting.map(branch => countUnknown(branch, value))
  return fitting[unknownCounts.indexOf(Math.min(...unknownCounts))]
}

function countUnknown(schema: SchemaNode, value: unknown): number {
  return Object.keys(value ?? {}).filter(key => canonicalKey(schema, key) === undefined).length
}

function fitsKind(branch: SchemaNode, value: unknown): boolean {
  if ('const' in branch) return branch.const === value
  if (Array.isArray(value)) return branch.type === 'array'
  return branch.type === (value === null ? 'null' : typeof value)
}

/** The member of that name in any letter case; `null` counts as absent. */
function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  const found = Object.entries(value).find(([name]) => name.toLowerCase() === key.toLowerCase())
  return found?.[1] ?? undefined
}

function described({ description, expects }: SchemaNode): SchemaNode {
  return { ...(description === undefined ? {} : { description }), ...(expects === undefined ? {} : { expects }) }
}

/** Blames a wrong `type` if there is one, otherwise the value. */
function refuse(rest: SchemaNode, branches: readonly SchemaNode[], value: unknown): SchemaNode {
  const types = branches.flatMap(branch => branch.properties?.['type']?.enum ?? [])
  if (types.length === 0 || memberOf(value, 'type') === undefined) return { ...rest, not: {} }
  return { ...rest, type: 'object', properties: { type: { enum: types, expects: expectChoice(types) } } }
}
