import { UsageError } from '../program/command.ts'
import type { Command } from '../program/command.ts'
import { EXIT } from '../program/exit-codes.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

export const completionCommand: Command = {
  name: 'completion',
  summary: 'print what makes a shell complete the command line of forwarder; packages have it installed',
  args: '<shell>',
  argValues: SHELLS,
  options: [],
  examples: [
    'forwarder completion bash > /etc/bash_completion.d/forwarder',
    'forwarder completion zsh > "${fpath[1]}/_forwarder"',
    'forwarder completion fish > ~/.config/fish/completions/forwarder.fish',
  ],
  async run({ args, terminal }) {
    const shell = SHELLS.find(name => name === args[0])
    if (shell === undefined) throw new UsageError(`completion takes ${SHELLS.join(', ')}, not "${args[0]}"`)
    const { renderCompletion } = await import('./render.ts')
    terminal.out.write(renderCompletion(shell))
    return EXIT.done
  },
}
