import type { Command } from '../program/command-contract.ts'
import { CONFIG_OPTION, requiredOption } from '../program/option-values.ts'
import { EXIT } from '../program/exit-codes.ts'

export const serveAuthorityCommand: Command = {
  name: 'ca serve',
  summary: 'answer the enrolment requests of agents and collectors in etcd, and publish which authorities to trust',
  options: [CONFIG_OPTION],
  examples: ['forwarder ca serve --config /etc/forwarder/ca.json'],
  isRole: true,
  async run(input) {
    const path = requiredOption(input, 'config')
    const { loadCaConfig } = await import('../../config/load.ts')
    const { runRole } = await import('./run-role.ts')
    return await runRole({
      path,
      heldSignals: input.terminal.heldSignals,
      load: () => loadCaConfig(path),
      run: async (settings, context) => {
        const { serveAuthority } = await import('./serve-authority.ts')
        await serveAuthority(settings, context)
        return EXIT.done
      },
    })
  },
}
