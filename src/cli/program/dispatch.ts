import { Command as CommanderCommand, CommanderError, Option } from 'commander'
import { version } from '../../flow/program-version.ts'
import type { Command, CommandGroup, CommandInput, CommandOption, CommandSet, Terminal } from './command-contract.ts'
import { EXIT } from './exit-codes.ts'
import type { ExitCode } from './exit-codes.ts'
import { HELP_AFTER, formatExamples } from './help-text.ts'

/** Runs the command that `args` name. Commander's own refusals are exit code 1. Errors of commands pass through. */
export async function dispatch(set: CommandSet, args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = EXIT.done
  const root = createRoot(terminal)
  for (const command of set.commands) {
    const node = addNode(root, command.name, set)
    describe(node, command)
    node.action(async () => {
      if (command.isRole !== true) terminal.heldSignals?.release()
      code = await command.run(readInput(node, terminal))
    })
  }
  try {
    await root.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT.done : EXIT.usage
  }
}

function createRoot({ out, err }: Terminal): CommanderCommand {
  const root = new CommanderCommand('forwarder')
  root.description('Ships log files to a store, each line exactly once: the agent, the collector, and their tools.')
  root.version(version, '--version', 'print the version')
  root.helpOption('-h, --help', 'print this help')
  root.helpCommand(false)
  root.exitOverride()
  // Options after `collector drain` belong to drain, even where `collector` has an option of the same name.
  root.enablePositionalOptions()
  root.showHelpAfterError('(forwarder --help lists the commands and options)')
  root.configureOutput({ writeOut: text => void out.write(text), writeErr: text => void err.write(text) })
  root.addHelpText('after', HELP_AFTER)
  return root
}

/** Creates the node for words such as `ca issue server`, with the groups above it. */
function addNode(root: CommanderCommand, name: string, { groups, main }: CommandSet): CommanderCommand {
  const words = name.split(' ')
  let parent = root
  for (const length of words.keys()) {
    if (length === 0) continue
    const group = words.slice(0, length).join(' ')
    parent = parent.commands.find(node => node.name() === words[length - 1]) ?? addGroup(parent, group, groups)
  }
  return parent.command(words.at(-1) ?? name, { isDefault: name === main }).helpCommand(false)
}

function addGroup(parent: CommanderCommand, name: string, groups: readonly CommandGroup[]): CommanderCommand {
  const summary = groups.find(group => group.name === name)?.summary ?? ''
  const word = name.split(' ').at(-1) ?? name
  return parent.command(word).description(summary).helpCommand(false)
}

function describe(node: CommanderCommand, command: Command): void {
  node.description(command.summary).summary(command.summary)
  if (command.args !== undefined) node.arguments(command.args)
  for (const option of command.options) node.addOption(createOption(option))
  node.addHelpText('after', formatExamples(command.examples))
  node.allowExcessArguments(false)
}

function createOption({ flags, help, isRepeatable, isHidden }: CommandOption): Option {
  const option = new Option(flags, help)
  if (isHidden === true) option.hideHelp()
  if (isRepeatable === true) option.argParser((value: string, earlier?: string[]) => [...(earlier ?? []), value])
  return option
}

function readInput(node: CommanderCommand, terminal: Terminal): CommandInput {
  const values: Record<string, unknown> = node.opts()
  const options = node.options.map(option => [option.name(), values[option.attributeName()]] as const)
  return { args: node.args, options: Object.fromEntries(options) as CommandInput['options'], terminal }
}
