import type { Command, CommandInput } from '../program/command-contract.ts'
import { EXIT } from '../program/exit-codes.ts'
import { UsageError, countOption, textOption } from '../program/option-values.ts'

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 1_000_000

export const STATE_GROUP = { name: 'state', summary: "show what is in an agent's state directory" }

export const showStateCommand: Command = {
  name: 'state show',
  summary: 'list the files that an agent knows: how far each was read, and what is left; the agent may be running',
  options: [
    { flags: '--config <path>', help: "the agent's configuration, which names its state directory" },
    { flags: '--state-dir <dir>', help: 'or the directory itself (default: that of an agent without "stateDir")' },
    { flags: '--limit <n>', help: `at most this many finished files, 0 for all (default: ${DEFAULT_LIMIT})` },
    { flags: '--json', help: 'print one JSON object' },
  ],
  examples: [
    'forwarder state show --config /etc/forwarder/forwarder.json',
    'forwarder state show --config /etc/forwarder/forwarder.json --json | jq ".files[] | select(.unreadBytes > 0)"',
  ],
  async run(input) {
    const stateDir = await findStateDir(input)
    const limit = countOption(input, 'limit', { min: 0, max: MAX_LIMIT }) ?? DEFAULT_LIMIT
    const { inspectState } = await import('./inspect-state.ts')
    const { formatState, formatStateJson } = await import('./state-text.ts')
    const state = await inspectState(stateDir, limit === 0 ? MAX_LIMIT : limit)
    const { out, err } = input.terminal
    out.write(input.options['json'] === true ? formatStateJson(state) : formatState(state))
    if (state.damagedFinished > 0)
      err.write(`${state.damagedFinished} records of finished files do not match their checksums and are left out\n`)
    return EXIT.done
  },
}

async function findStateDir(input: CommandInput): Promise<string> {
  const [config, dir] = [textOption(input, 'config'), textOption(input, 'state-dir')]
  if (config !== undefined && dir !== undefined) throw new UsageError('give either --config or --state-dir, not both')
  if (config !== undefined) return (await import('../../config/load.ts')).loadAgentStateDir(config)
  const { findDefaultStateDir, readProcessContext, toAbsolutePath } =
    await import('../../config/values/process-context.ts')
  const context = readProcessContext()
  const found = dir ?? findDefaultStateDir('agent', context)
  if (found !== undefined) return toAbsolutePath(found, context)
  throw new UsageError("name the state directory with --state-dir, or the agent's configuration with --config")
}
