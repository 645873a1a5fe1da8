import type { AuthorityEntry } from '../../trust/authority/authorities.ts'
import type { RolloverOptions } from '../../trust/authority/rollover.ts'
import type { Command, CommandInput } from '../program/command-contract.ts'
import { EXIT } from '../program/exit-codes.ts'
import { DIR_OPTION, PASSPHRASE_OPTION, readPassphrase, withAuthority } from './authority-options.ts'

const FORCE = { flags: '--force', help: 'continue even though machines will be shut out' }

export const rolloverCommands: readonly Command[] = [
  {
    name: 'ca rollover begin',
    summary: 'create the next authority; from then on all machines trust both',
    options: [DIR_OPTION, PASSPHRASE_OPTION],
    examples: ['forwarder ca rollover begin --dir ca'],
    run: async input =>
      await roll(input, async options => {
        const { beginRollover } = await import('../../trust/authority/rollover.ts')
        const next = await beginRollover(options)
        return `${describe(next)} is the next authority. The running signer publishes it, so that all machines trust it too.
Give machines time to receive this, including those that are switched off if possible. Then:
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
Machines get their next certificate from it when they renew. New configurations need "caFingerprint": "sha256:${signing.fingerprint}".
Once \`forwarder ca list\` shows no certificate issued before now:
  forwarder ca rollover finish --dir ${options.dir}
`
      }),
  },
  {
    name: 'ca rollover finish',
    summary: 'end the trust in the old authority',
    options: [DIR_OPTION, FORCE],
    examples: ['forwarder ca rollover finish --dir ca'],
    run: async input =>
      await roll(input, async options => {
        const { finishRollover } = await import('../../trust/authority/rollover.ts')
        const retired = await finishRollover(options)
        const files = retired.map(({ fileName }) => `${options.dir}/${fileName}.key`).join(', ')
        return `${retired.map(describe).join(', ')} is no longer trusted.
${files} still vouches for the new authority, for machines that were switched off throughout. Delete it
once there are none, or at once if it has leaked: those machines then need the new "caFingerprint".
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
