import { isRecord } from '../../flow/is-record.ts'
import { agentSchema } from '../schema/agent-schema.ts'
import { authoritySchema } from '../schema/ca-serve-schema.ts'
import { collectorSchema } from '../schema/collector-schema.ts'
import type { SchemaNode } from '../schema/schema-node.ts'

export interface SettingFacts {
  /** As it is written, with quotes where it has a space: `"dead time"`. */
  readonly key: string
  readonly expects: string
  /** As JSON; absent if there is none. */
  readonly default?: string
  readonly isRequired: boolean
  readonly description: string
}

/** The settings of one object. */
export interface SettingSection {
  /** `network.tls`, `files[]`; empty for the configuration itself. */
  readonly path: string
  /** If the object has several types. */
  readonly type?: string
  readonly settings: readonly SettingFacts[]
}

export interface RoleReference {
  readonly title: string
  readonly sections: readonly SettingSection[]
}

/** All settings of all roles, as their schemas have them. */
export function readReference(): RoleReference[] {
  return [
    { title: 'The agent', sections: readObject(agentSchema as SchemaNode, '') },
    { title: 'The collector', sections: readObject(collectorSchema as SchemaNode, '') },
    { title: 'The authority (`forwarder ca serve`)', sections: readObject(authoritySchema, '') },
  ]
}

/** The settings of the object, then those of the objects in it. */
function readObject(schema: SchemaNode, path: string): SettingSection[] {
  const entries = Object.entries(schema.properties ?? {})
  const settings = entries.map(([key, property]) => readSetting(key, property, schema))
  const inner = entries.flatMap(([key, property]) => readInner(property, joinPath(path, key)))
  const types = schema.properties?.['type']?.enum ?? []
  return [{ path, ...(types.length === 1 && { type: String(types[0]) }), settings }, ...inner]
}

function readInner(property: SchemaNode, path: string): SettingSection[] {
  if (property.properties !== undefined) return readObject(property, path)
  if (property.items?.properties !== undefined) return readObject(property.items, `${path}[]`)
  return (property.anyOf ?? []).flatMap(branch => (branch.properties === undefined ? [] : readObject(branch, path)))
}

function readSetting(key: string, property: SchemaNode, { required = [] }: SchemaNode): SettingFacts {
  const { expects = '', description = '', default: value } = property
  const hasDefault = value !== undefined && !isEmpty(value)
  return {
    key: quoteKey(key),
    expects,
    ...(hasDefault && { default: JSON.stringify(value) }),
    isRequired: value === undefined && required.includes(key),
    description,
  }
}

/** An empty object means the defaults of its members, which are shown there. */
function isEmpty(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length === 0
}

function joinPath(path: string, key: string): string {
  return path === '' ? quoteKey(key) : `${path}.${quoteKey(key)}`
}

function quoteKey(key: string): string {
  return /^\w+$/u.test(key) ? key : `"${key}"`
}
