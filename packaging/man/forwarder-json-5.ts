import { readReference, type SettingFacts, type SettingSection } from '../../src/config/reference/reference-sections.ts'
import { DIFFERENCES, INTRODUCTION } from '../../src/config/reference/reference-prose.ts'
import { renderMarkdown } from './markdown.ts'
import { bold, example, heading, item, paragraph, subheading } from './roff.ts'
import { AGENT_EXAMPLE, COLLECTOR_EXAMPLE, CONFIG_FILES, CONFIG_SEE_ALSO } from './texts.ts'

/** forwarder.json(5) without its title. */
export function renderConfiguration(): string[] {
  return [
    heading('Name'),
    "forwarder.json \\- configuration of forwarder's agent, collector and authority",
    heading('Description'),
    ...renderMarkdown(INTRODUCTION),
    ...readReference().flatMap(({ title, sections }) => [
      // The text in parentheses is a command, which must not be capitalised.
      heading(title.replace(/ \(.*\)$/u, '')),
      ...sections.flatMap(section => renderSection(section, sections)),
    ]),
    ...renderMarkdown(DIFFERENCES),
    heading('Files'),
    ...CONFIG_FILES.map(([term, meaning]) => item(bold(term), meaning)),
    heading('Examples'),
    paragraph('An agent:'),
    example(AGENT_EXAMPLE.split('\n')),
    paragraph('A collector that keeps what it receives in Elasticsearch:'),
    example(COLLECTOR_EXAMPLE.split('\n')),
    heading('See also'),
    paragraph(CONFIG_SEE_ALSO),
  ]
}

function renderSection({ path, type, settings }: SettingSection, all: readonly SettingSection[]): string[] {
  const title = path === '' ? 'The outermost object' : `\`${path}\`${type === undefined ? '' : ` of type \`${type}\``}`
  const rows = settings.map(setting => {
    const place = path === '' ? setting.key : `${path}.${setting.key}`
    const isTold = all.some(section => section.path.replace(/\[\]$/u, '') === place)
    return renderSetting(setting, isTold ? place : undefined)
  })
  return [subheading(title), ...rows]
}

/** `section` describes the members of its value. */
function renderSetting(setting: SettingFacts, section: string | undefined): string {
  const { key, expects, description, isRequired, default: value } = setting
  const below = section === undefined ? '' : `; see \`${section}\` below`
  const given = value === undefined ? '' : ` Default: \`${value}\`.`
  return item(bold(key), description, `${isRequired ? 'Required: ' : 'Value: '}${expects}${below}.${given}`)
}
