import type { Command, CommandSet } from '../program/command-contract.ts'
import { EXIT } from '../program/exit-codes.ts'
import { UsageError } from '../program/option-values.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

/** `getSet` gives the commands to complete, of which this is one. */
export function createCompletionCommand(getSet: () => CommandSet): Command {
  return {
    name: 'completion',
    summary: 'print the completion script for a shell; packages install it',
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
      const { renderCompletion } = await import('./renderer-by-shell.ts')
      terminal.out.write(renderCompletion(shell, getSet()))
      return EXIT.done
    },
  }
}
