import type { Command } from '../program/command-contract.ts'
import { CONFIG_OPTION, requiredOption } from '../program/option-values.ts'
import { EXIT } from '../program/exit-codes.ts'

export const collectorCommand: Command = {
  name: 'collector',
  summary: 'receive events from agents (Lumberjack 1 and 2) and store them',
  options: [CONFIG_OPTION, { flags: '--quiet', help: 'log warnings and errors only' }],
  examples: ['forwarder collector --config /etc/forwarder/collector.json'],
  isRole: true,
  async run(input) {
    const path = requiredOption(input, 'config')
    const { loadCollectorConfig } = await import('../../config/load.ts')
    const { runRole } = await import('./run-role.ts')
    return await runRole({
      path,
      heldSignals: input.terminal.heldSignals,
      load: async () => {
        const config = loadCollectorConfig(path)
        if (config.settings.pipeline !== undefined || config.settings.pipelines !== undefined) {
          const { checkPipelines } = await import('../../config/pipelines/check-pipelines.ts')
          checkPipelines(config)
        }
        const log = { ...config.settings.log, ...(input.options['quiet'] === true && { level: 'warn' as const }) }
        return { ...config, settings: { ...config.settings, log } }
      },
      run: async (collector, context) => {
        const { runCollector } = await import('../../collector/collector.ts')
        await runCollector(collector, context)
        return EXIT.done
      },
    })
  },
}
