// docs/processors.md: the tables of options as a page. `node src/pipeline/reference/processors-page.ts` prints it.
import { CATALOGUE } from '../compile/catalogue.ts'
import { COMMON_OPTIONS } from '../compile/common-options.ts'
import { UNSUPPORTED_PROCESSORS } from '../compile/unsupported-processors.ts'
import type { Processor } from '../processor/contract.ts'
import type { Option, OptionKind, OptionTable } from '../processor/options.ts'

const INTRODUCTION = `# Processors

This page is generated from the tables of options in \`src/pipeline/processors\` (\`make docs\`). [pipeline.md](pipeline.md)
describes pipelines, conditions and failures. Names, options and meaning are Elasticsearch's, with the differences that
[pipeline.md](pipeline.md#differences-from-elasticsearch) lists.

A processor is an object with its name: \`{"rename": {"field": "a", "target_field": "b"}}\`. Texts of options may be numbers'
digits or \`"true"\` where a number or a flag is expected.

## Options of every processor
`

const VALUES: Readonly<Record<OptionKind, string>> = {
  text: 'a text',
  texts: 'a text or a list of texts',
  flag: '`true` or `false`',
  count: 'a whole number',
  value: 'any value',
  textMap: 'an object of texts',
  valueMap: 'an object',
  processor: 'a processor',
  processors: 'a list of processors',
}

export function renderProcessors(): string {
  const processors = Object.entries(CATALOGUE).toSorted(([left], [right]) => (left < right ? -1 : 1))
  return `${[
    INTRODUCTION,
    '| option | meaning |',
    '|---|---|',
    ...[...COMMON_OPTIONS].map(([name, meaning]) => `| \`${name}\` | ${escapeCell(meaning)} |`),
    '',
    ...processors.flatMap(([name, processor]) => renderProcessor(name, processor)),
    '## Processors that exist in Elasticsearch or OpenSearch only',
    '',
    '| processor | instead |',
    '|---|---|',
    ...[...UNSUPPORTED_PROCESSORS].map(([name, reason]) => `| ${name} | ${escapeCell(reason)} |`),
  ].join('\n')}\n`
}

function renderProcessor(name: string, { summary, options, shorthand }: Processor<OptionTable>): string[] {
  const short =
    shorthand === undefined ? [] : [`\`{"${name}": "…"}\` is short for \`{"${name}": {"${shorthand}": "…"}}\`.`, '']
  const rows = Object.entries(options).map(([option, facts]) => renderOption(option, facts))
  const table =
    rows.length === 0
      ? ['It has no options of its own.']
      : ['| option | value | default | meaning |', '|---|---|---|---|', ...rows]
  return [`## ${name}`, '', summary, '', ...short, ...table, '']
}

function renderOption(name: string, { kind, description, isRequired, choices, ...option }: Option): string {
  const value = choices === undefined ? VALUES[kind] : choices.map(choice => `\`${choice}\``).join(', ')
  const byDefault = option.default === undefined ? '' : `\`${JSON.stringify(option.default)}\``
  const standard = isRequired === true ? '**required**' : byDefault
  return `| \`${name}\` | ${escapeCell(value)} | ${escapeCell(standard)} | ${escapeCell(description)} |`
}

function escapeCell(text: string): string {
  return text.replaceAll('|', String.raw`\|`)
}

if (import.meta.main) process.stdout.write(renderProcessors())
