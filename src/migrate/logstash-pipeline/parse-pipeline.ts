import { parseCondition } from './parse-condition.ts'
import { Scanner } from './scanner.ts'
import type { Body, Branch, Given, Plugin, Section, SectionName, Setting } from './syntax-tree.ts'
import { parseQuoted } from './quoted-text.ts'

const SECTION = /(?:input|filter|output)\b/uy
const NAME = /[A-Za-z0-9_-]+/uy
const SETTING_NAME = /[A-Za-z0-9_.@-]+/uy
const NUMBER = /-?\d+(?:\.\d+)?(?![\w.-])/uy
const BARE = /[A-Za-z0-9_$][A-Za-z0-9_${}:.-]*/uy
const OPEN = /\{/uy
const CLOSE = /\}/uy
const ARROW = /=>/uy

/** The sections of one file in Logstash's language. Throws a MigrateError that names line and column. */
export function parsePipeline(path: string, text: string): readonly Section[] {
  const scanner = new Scanner(path, text)
  const sections: Section[] = []
  while (!scanner.isAtEnd) {
    const name = scanner.expect(SECTION, 'a section: input, filter or output') as SectionName
    sections.push({ name, body: parseBody(scanner) })
  }
  return sections
}

function parseBody(scanner: Scanner): Body {
  const body: (Plugin | Branch)[] = []
  scanner.expect(OPEN, '"{"')
  while (scanner.take(CLOSE) === undefined) {
    body.push(scanner.sees(/if\b/uy) ? parseBranch(scanner) : parsePlugin(scanner))
  }
  return body
}

function parseBranch(scanner: Scanner): Branch {
  const { position } = scanner
  const arms: Branch['arms'][number][] = []
  scanner.take(/if\b/uy)
  arms.push({ condition: parseCondition(scanner), body: parseBody(scanner) })
  while (scanner.take(/else\s+if\b/uy) !== undefined) {
    arms.push({ condition: parseCondition(scanner), body: parseBody(scanner) })
  }
  if (scanner.take(/else\b/uy) !== undefined) arms.push({ condition: undefined, body: parseBody(scanner) })
  return { kind: 'branch', position, arms }
}

function parsePlugin(scanner: Scanner): Plugin {
  const { position } = scanner
  const name = scanner.expect(NAME, 'a plugin such as grok, "if", or "}"')
  scanner.expect(OPEN, `"{" after ${name}`)
  const settings: Setting[] = []
  while (scanner.take(CLOSE) === undefined) settings.push(parseSetting(scanner))
  return { kind: 'plugin', name, position, settings }
}

function parseSetting(scanner: Scanner): Setting {
  const { position } = scanner
  const name = parseQuoted(scanner) ?? scanner.expect(SETTING_NAME, 'a setting or "}"')
  scanner.expect(ARROW, `"=>" after ${name}`)
  return { name, value: parseValue(scanner), position }
}

function parseValue(scanner: Scanner): Given {
  const quoted = parseQuoted(scanner)
  if (quoted !== undefined) return { kind: 'text', text: quoted }
  if (scanner.take(/\[/uy) !== undefined) return parseList(scanner)
  if (scanner.take(OPEN) !== undefined) return parseHash(scanner)
  const number = scanner.take(NUMBER)
  if (number !== undefined) return { kind: 'number', number: Number(number) }
  if (scanner.sees(/[A-Za-z0-9_-]+\s*\{/uy)) return { kind: 'plugin', plugin: parsePlugin(scanner) }
  return { kind: 'text', text: scanner.expect(BARE, 'a value') }
}

function parseList(scanner: Scanner): Given {
  const items: Given[] = []
  while (scanner.take(/\]/uy) === undefined) {
    items.push(parseValue(scanner))
    if (!scanner.sees(/\]/uy)) scanner.expect(/,/uy, '"," or "]"')
  }
  return { kind: 'list', items }
}

function parseHash(scanner: Scanner): Given {
  const entries: (readonly [string, Given])[] = []
  while (scanner.take(CLOSE) === undefined) {
    const { name, value } = parseEntry(scanner)
    entries.push([name, value])
    scanner.take(/,/uy)
  }
  return { kind: 'hash', entries }
}

function parseEntry(scanner: Scanner): { name: string; value: Given } {
  const name = parseQuoted(scanner) ?? scanner.expect(/(?:\[[^\]\s]+\])+|[A-Za-z0-9_.@-]+/uy, 'a name or "}"')
  scanner.expect(ARROW, `"=>" after ${JSON.stringify(name)}`)
  return { name, value: parseValue(scanner) }
}
