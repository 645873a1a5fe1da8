import type { AuthorityEntry } from '../../trust/authority/authorities.ts'
import type { RolloverOptions } from '../../trust/authority/rollover.ts'
import type { Command, CommandInput } from '../program/command-contract.ts'
import { EXIT } from '../program/exit-codes.ts'
import { DIR_OPTION, PASSPHRASE_OPTION, readPassphrase, withAuthority } from './authority-options.ts'

const FORCE = { flags: '--force', help: 'go on although machines will be shut out' }

export const rolloverCommands: readonly Command[] = [
  {
    name: 'ca rollover begin',
    summary: 'make the next authority; everybody trusts both from then on',
    options: [DIR_OPTION, PASSPHRASE_OPTION],
    examples: ['forwarder ca rollover begin --dir ca'],
    run: async input =>
      await roll(input, async options => {
        const { beginRollover } = await import('../../trust/authority/rollover.ts')
        const next = await beginRollover(options)
        return `${describe(next)} is the next authority. The running signer tells everybody to trust it too.
Give machines the time to hear of it, those that are off as well if you can. Then:
  forwarder ca rollover switch --dir ${options.dir}
`
      }),
  },
  {
    name: 'ca rollover switch',
    summary: 'sign certificates with the next authority',
    options: [DIR_OPTION, FORCE],
    examples: ['forwarder ca rollover switch --dir ca'],
    run: async input =>
      await roll(input, async options => {
        const { switchAuthority } = await import('../../trust/authority/rollover.ts')
        const signing = await switchAuthority(options)
        return `${describe(signing)} signs from now on.
Machines get their next certificate of it when they renew. New configurations take "caFingerprint": "sha256:${signing.fingerprint}".
When \`forwarder ca list\` shows no certificate that was good before now:
  forwarder ca rollover finish --dir ${options.dir}
`
      }),
  },
  {
    name: 'ca rollover finish',
    summary: 'let nobody trust the old authority any more',
    options: [DIR_OPTION, FORCE],
    examples: ['forwarder ca rollover finish --dir ca'],
    run: async input =>
      await roll(input, async options => {
        const { finishRollover } = await import('../../trust/authority/rollover.ts')
        const retired = await finishRollover(options)
        const files = retired.map(({ fileName }) => `${options.dir}/${fileName}.key`).join(', ')
        return `${retired.map(describe).join(', ')} is not trusted any more.
${files} still vouches for the new authority, for machines that were off all the time. Delete it
when there are none, or at once where someone else has it: those machines then need the new "caFingerprint".
`
      }),
  },
]

async function roll(input: CommandInput, work: (options: RolloverOptions) => Promise<string>): Promise<0> {
  return await withAuthority(input, async (database, dir) => {
    const passphrase = await readPassphrase(input)
    const force = input.options['force'] === true
    const options = { dir, database, force, nowMs: Date.now() }
    input.terminal.out.write(await work(passphrase === undefined ? options : { ...options, passphrase }))
    return EXIT.done
  })
}

function describe({ name, fingerprint }: AuthorityEntry): string {
  return `"${name}" (sha256:${fingerprint.slice(0, 16)}…)`
}
