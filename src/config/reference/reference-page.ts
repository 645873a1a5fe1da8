import { readReference } from './reference-sections.ts'
import type { SettingFacts, SettingSection } from './reference-sections.ts'
import { DIFFERENCES, INTRODUCTION } from './reference-prose.ts'

/** docs/configuration.md: the schema as a page. `node src/config/reference/reference-page.ts` prints it. */
export function renderReference(): string {
  const roles = readReference().flatMap(({ title, sections }) => [
    `## ${title}\n`,
    ...sections.flatMap(section => renderSection(section)),
  ])
  return `${[INTRODUCTION, ...roles, DIFFERENCES].join('\n').trimEnd()}\n`
}

function renderSection({ path, type, settings }: SettingSection): string[] {
  const ofType = type === undefined ? '' : ` of type ${code(type)}`
  const title = path === '' ? [] : [`### ${code(path)}${ofType}\n`]
  return [
    ...title,
    '| key | value | default | meaning |',
    '|---|---|---|---|',
    ...settings.map(setting => renderRow(setting)),
    '',
  ]
}

function renderRow({ key, expects, isRequired, description, ...setting }: SettingFacts): string {
  const value = setting.default === undefined ? '' : escapeCell(code(setting.default))
  return `| ${code(key)} | ${escapeCell(expects)} | ${isRequired ? '**required**' : value} | ${escapeCell(description)} |`
}

function code(text: string): string {
  return `\`${text}\``
}

function escapeCell(text: string): string {
  return text.replaceAll('|', String.raw`\|`)
}

if (import.meta.main) process.stdout.write(renderReference())
