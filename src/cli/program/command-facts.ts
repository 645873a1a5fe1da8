import type { Command, CommandOption, CommandSet } from './command-contract.ts'

/** One option, for the man page and the shell completions. */
export interface OptionFacts {
  /** `--config`. */
  readonly name: string
  /** `-h`. */
  readonly short?: string
  /** `path` of `--config <path>`; absent for a flag. */
  readonly placeholder?: string
  readonly help: string
  readonly isRequired: boolean
  readonly isRepeatable: boolean
  /** Every accepted value; empty where any text is accepted. */
  readonly values: readonly string[]
}

/** Words that are a command, or that only hold others. */
export interface CommandNode {
  /** `['ca', 'issue', 'server']`; none for the program itself. */
  readonly words: readonly string[]
  readonly summary: string
  readonly options: readonly OptionFacts[]
  readonly args?: string
  readonly argValues: readonly string[]
  readonly examples: readonly string[]
  /** False where only its children can be run. */
  readonly isCommand: boolean
  readonly children: readonly CommandNode[]
}

const FLAG = { isRequired: false, isRepeatable: false, values: [] }
export const HELP: OptionFacts = { ...FLAG, name: '--help', short: '-h', help: 'print this help' }
export const VERSION: OptionFacts = { ...FLAG, name: '--version', help: 'print the version' }

/** The command line as a tree. Its root has the options of the command that runs when none is named. */
export function buildTree(parts: CommandSet): CommandNode {
  const main = parts.commands.find(({ name }) => name === parts.main)
  const root = { words: [], summary: '', argValues: [], examples: [], isCommand: true, children: buildBelow([], parts) }
  return { ...root, options: [...listOptions(main), HELP, VERSION] }
}

/** Each node comes before its children. */
export function listNodes(node: CommandNode): CommandNode[] {
  return [node, ...node.children.flatMap(child => listNodes(child))]
}

function buildBelow(above: readonly string[], parts: CommandSet): CommandNode[] {
  const names = [...parts.commands, ...parts.groups].map(({ name }) => name.split(' '))
  const words = names
    .filter(name => name.length > above.length && above.every((word, i) => word === name[i]))
    .map(name => name[above.length] ?? '')
  return [...new Set(words)].map(word => buildNode([...above, word], parts))
}

function buildNode(words: readonly string[], parts: CommandSet): CommandNode {
  const name = words.join(' ')
  const command = parts.commands.find(candidate => candidate.name === name)
  const group = parts.groups.find(candidate => candidate.name === name)
  return {
    words,
    summary: command?.summary ?? group?.summary ?? '',
    options: [...listOptions(command), HELP],
    ...(command?.args !== undefined && { args: command.args }),
    argValues: command?.argValues ?? [],
    examples: command?.examples ?? [],
    isCommand: command !== undefined,
    children: buildBelow(words, parts),
  }
}

function listOptions(command: Command | undefined): OptionFacts[] {
  return (command?.options ?? []).filter(({ isHidden }) => isHidden !== true).map(option => readOption(option))
}

function readOption({ flags, help, values = [], ...option }: CommandOption): OptionFacts {
  const { name = flags, placeholder } = /^(?<name>--[\w-]+)(?: <(?<placeholder>.+)>)?$/u.exec(flags)?.groups ?? {}
  const facts = { isRequired: option.isRequired === true, isRepeatable: option.isRepeatable === true, help, values }
  return { name, ...(placeholder !== undefined && { placeholder }), ...facts }
}
