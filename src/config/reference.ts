import { agentSchema } from './agent-schema.ts'
import { authoritySchema } from './authority-schema.ts'
import { collectorSchema } from './collector-schema.ts'
import { DIFFERENCES, INTRODUCTION } from './reference-text.ts'
import type { SchemaNode } from './schema-node.ts'

/** docs/configuration.md: the schema as a page. `node src/config/reference.ts` prints it. */
export function renderReference(): string {
  const sections = [
    INTRODUCTION,
    '## The agent\n',
    ...renderObject(agentSchema as SchemaNode, ''),
    '## The collector\n',
    ...renderObject(collectorSchema, ''),
    '## The authority (`forwarder ca serve`)\n',
    ...renderObject(authoritySchema, ''),
    DIFFERENCES,
  ]
  return `${sections.join('\n').trimEnd()}\n`
}

/** A table of the object's own settings, then those of the objects within. */
function renderObject(schema: SchemaNode, path: string): string[] {
  const entries = Object.entries(schema.properties ?? {})
  const inner = entries.flatMap(([key, property]) => renderInner(property, joinPath(path, key)))
  const rows = entries.map(([key, property]) => renderRow(joinPath(path, key), property, schema))
  const title = path === '' ? [] : [`### ${code(path)}${typeOf(schema)}\n`]
  return [...title, '| key | value | default | meaning |', '|---|---|---|---|', ...rows, '', ...inner]
}

function renderInner(property: SchemaNode, path: string): string[] {
  if (property.properties !== undefined) return renderObject(property, path)
  if (property.items?.properties !== undefined) return renderObject(property.items, `${path}[]`)
  return (property.anyOf ?? []).flatMap(branch => (branch.properties === undefined ? [] : renderObject(branch, path)))
}

function renderRow(path: string, property: SchemaNode, parent: SchemaNode): string {
  const key = path.replace(/^.*?(?<last>"[^"]*"|[^.]*)$/u, '$<last>')
  const { expects = '', description = '' } = property
  return `| ${code(key)} | ${escapeCell(expects)} | ${renderDefault(property, path, parent)} | ${escapeCell(description)} |`
}

function renderDefault({ default: value }: SchemaNode, path: string, { required = [] }: SchemaNode): string {
  if (value !== undefined) return isEmpty(value) ? '' : escapeCell(code(JSON.stringify(value)))
  return required.some(key => path === key || path.endsWith(`.${key}`)) ? '**required**' : ''
}

/** An empty object stands for the defaults of what is in it, which are shown there. */
function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
}

/** Objects of several types each have a table. */
function typeOf({ properties }: SchemaNode): string {
  const types = properties?.['type']?.enum ?? []
  return types.length === 1 ? ` of type ${code(String(types[0]))}` : ''
}

function joinPath(path: string, key: string): string {
  const written = /^\w+$/u.test(key) ? key : `"${key}"`
  return path === '' ? written : `${path}.${written}`
}

function code(text: string): string {
  return `\`${text}\``
}

function escapeCell(text: string): string {
  return text.replaceAll('|', String.raw`\|`)
}

if (import.meta.main) process.stdout.write(renderReference())
