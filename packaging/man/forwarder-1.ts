import {
  buildTree,
  type CommandNode,
  HELP,
  listNodes,
  type OptionFacts,
  VERSION,
} from '../../src/cli/program/command-facts.ts'
import { COMMAND_SET } from '../../src/cli/command-set.ts'
import { EXAMPLES, EXIT_MEANINGS } from '../../src/cli/program/help-text.ts'
import { listOldOptions, type OldOption } from '../../src/cli/program/logstash-forwarder-arguments.ts'
import { renderMarkdown } from './markdown.ts'
import { bold, escapeText, example, heading, italic, item, paragraph, sentence, subheading } from './roff.ts'
import { OLD_OPTIONS, DESCRIPTION, EXPLAINED, SIGNALS, VARIABLES, FILES, SEE_ALSO } from './texts.ts'

/** forwarder(1) without its title. */
export function renderProgram(): string[] {
  const root = buildTree(COMMAND_SET)
  const [, ...nodes] = listNodes(root)
  return [
    heading('Name'),
    'forwarder \\- ship log files to a store, each line exactly once',
    heading('Synopsis'),
    ...renderSynopsis(root),
    heading('Description'),
    ...renderMarkdown(DESCRIPTION),
    heading('Commands'),
    paragraph(EXPLAINED),
    ...nodes.flatMap(node => renderCommand(node)),
    heading('Options of every command'),
    ...[HELP, VERSION].map(option => renderOption(option)),
    heading("logstash-forwarder's options"),
    paragraph(OLD_OPTIONS),
    ...listOldOptions().map(option => renderOld(option)),
    heading('Signals'),
    ...SIGNALS.map(([term, meaning]) => item(bold(term), meaning)),
    heading('Exit status'),
    ...EXIT_MEANINGS.map(({ left, right }) => item(bold(left), sentence(right))),
    heading('Environment'),
    ...VARIABLES.map(([term, meaning]) => item(bold(term), meaning)),
    heading('Files'),
    ...FILES.map(([term, meaning]) => item(bold(term), meaning)),
    heading('Examples'),
    ...EXAMPLES.flatMap(({ left, right }) => [...(right === '' ? [] : [paragraph(sentence(right))]), example([left])]),
    heading('See also'),
    paragraph(SEE_ALSO),
  ]
}

/** One line for each top-level word; its subcommands are described further down. */
function renderSynopsis({ children }: CommandNode): string[] {
  const lines = children.map(child => {
    const words = child.words.join(' ')
    const name = words === COMMAND_SET.main ? `[${bold(words)}]` : bold(words)
    const below =
      child.children.length === 0 ? '' : ` ${child.isCommand ? `[${italic('command')}]` : italic('command')}`
    return `${bold('forwarder')} ${name}${below}${formatArguments(child)}${formatRequired(child)} [${italic('option')} .\\|.\\|.]`
  })
  return lines.flatMap((line, index) => (index === 0 ? [line] : ['.br', line]))
}

function renderCommand(node: CommandNode): string[] {
  const { words, summary, options, args, examples, isCommand } = node
  const title = subheading([...words, ...(args === undefined ? [] : [args])].join(' '))
  const main = words.join(' ') === COMMAND_SET.main ? ' This command runs if none is named.' : ''
  if (!isCommand) return [title, paragraph(`${sentence(summary)} It has the commands ${listChildren(node)}.`)]
  return [
    title,
    paragraph(`${sentence(summary)}${main}`),
    ...options.filter(option => option !== HELP).map(option => renderOption(option)),
    ...(examples.length === 0 ? [] : [paragraph('For example:'), example(examples.flatMap(text => layOut(text)))]),
  ]
}

function listChildren({ children }: CommandNode): string {
  const names = children.map(child => `\`${child.words.join(' ')}\``)
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function renderOption({ name, short, placeholder, help, isRequired, values }: OptionFacts): string {
  const names = short === undefined ? bold(name) : `${bold(short)}, ${bold(name)}`
  const text = values.length > 0 ? `${help}.` : sentence(help)
  return item(
    placeholder === undefined ? names : `${names} ${italic(placeholder)}`,
    isRequired ? `${text} Required.` : text,
  )
}

function renderOld({ names, isBoolean, becomes, warning }: OldOption): string {
  const tags = names.map(name => bold(`-${name}`) + (isBoolean ? '' : ` ${italic('value')}`)).join(', ')
  const meaning = becomes === undefined ? [] : [`The same as \`${becomes}\`${isBoolean ? '' : ' *value*'}.`]
  return item(tags, [...meaning, ...(warning === undefined ? [] : [sentence(warning)])].join(' '))
}

function formatRequired({ options }: CommandNode): string {
  const required = options.filter(({ isRequired }) => isRequired)
  return required.map(({ name, placeholder = '' }) => ` ${bold(name)} ${italic(placeholder)}`).join('')
}

const EXAMPLE_WIDTH = 66

/** The remark on an example goes above it, and a long example is folded. */
function layOut(text: string): string[] {
  const [command = '', about] = text.split(/ {2,}/u)
  const lines = ['']
  for (const piece of command.split(/(?= (?:--|\| |&& |> ))/u)) {
    const last = lines.at(-1) ?? ''
    if (last.length + piece.length <= EXAMPLE_WIDTH) lines[lines.length - 1] = last + piece
    else lines.push(`   ${piece}`)
  }
  const folded = lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line))
  return about === undefined ? folded : [`# ${about}`, ...folded]
}

function formatArguments({ args }: CommandNode): string {
  if (args === undefined) return ''
  const name = italic(args.replaceAll(/[<>[\]]/gu, ''))
  return args.startsWith('[') ? ` ${escapeText('[')}${name}${escapeText(']')}` : ` ${name}`
}
