import type { AgentSettings } from '../../config/settings.ts'
import type { Command, CommandInput } from '../program/command-contract.ts'
import { CONFIG_OPTION, countOption, requiredOption } from '../program/option-values.ts'
import { EXIT } from '../program/exit-codes.ts'

const MAX_SPOOL_EVENTS = 10_000

export const agentCommand: Command = {
  name: 'agent',
  summary: 'follow files, or read standard input, and ship their lines to a collector',
  options: [
    CONFIG_OPTION,
    { flags: '--quiet', help: 'log warnings and errors only' },
    { flags: '--spool-size <events>', help: 'events in a window; overrides "spoolSize"' },
    { flags: '--tail', help: 'same as "startPosition": "end" in every entry of "files"' },
    { flags: '--log-to-syslog', help: 'same as "log": {"syslog": true}' },
  ],
  examples: [
    'forwarder agent --config /etc/forwarder/forwarder.json',
    'forwarder --config /etc/forwarder.d               all files of a directory',
    'journalctl -f | forwarder --config stdin.json     with "paths": ["-"]',
  ],
  isRole: true,
  async run(input) {
    const path = requiredOption(input, 'config')
    const { loadAgentConfig } = await import('../../config/load.ts')
    const { runRole } = await import('./run-role.ts')
    return await runRole({
      path,
      heldSignals: input.terminal.heldSignals,
      load: () => {
        const config = loadAgentConfig(path)
        return { ...config, settings: applyOptions(config.settings, input) }
      },
      run: async (agent, context) => {
        const { runAgent } = await import('../../agent/agent.ts')
        const { unconfirmedInput } = await runAgent(agent, context)
        if (unconfirmedInput === 0) return EXIT.done
        context.log.error({ lines: unconfirmedInput }, 'lines of standard input were not acked and are lost')
        return EXIT.unconfirmed
      },
    })
  },
}

/** The command line overrides the configuration. */
function applyOptions(settings: AgentSettings, input: CommandInput): AgentSettings {
  const { quiet, tail, 'log-to-syslog': syslog } = input.options
  const spoolSize = countOption(input, 'spool-size', { min: 1, max: MAX_SPOOL_EVENTS }) ?? settings.spoolSize
  const log = {
    ...settings.log,
    ...(quiet === true && { level: 'warn' as const }),
    ...(syslog === true && { syslog }),
  }
  const files = settings.files.map(group => (tail === true ? { ...group, startPosition: 'end' as const } : group))
  return { ...settings, spoolSize, log, files }
}
