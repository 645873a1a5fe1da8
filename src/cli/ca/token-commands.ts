import { parseDuration } from '../../config/values/duration.ts'
import type { Kind } from '../../trust/contract.ts'
import type { Database } from '../../sqlite/database.ts'
import type { Command, CommandInput } from '../program/command-contract.ts'
import { UsageError, countOption, listOption, requiredOption, textOption } from '../program/option-values.ts'
import { EXIT } from '../program/exit-codes.ts'
import { DIR_OPTION, withAuthority } from './authority-options.ts'
import { formatTable, formatTime } from '../program/table-text.ts'
import { describeToken } from './token-text.ts'

const MAX_USES = 1_000_000

export const createTokenCommand: Command = {
  name: 'ca token create',
  summary: 'create a join token, with which a machine gets its first certificate',
  options: [
    DIR_OPTION,
    {
      flags: '--for <kind>',
      help: 'role of the machine: agent or collector',
      isRequired: true,
      values: ['agent', 'collector'],
    },
    {
      flags: '--name <pattern>',
      help: "name or pattern for which the token is valid, such as 'web*' (repeatable; required for a collector)",
      isRepeatable: true,
    },
    { flags: '--uses <count>', help: 'number of certificates; 0: any number (default: 1)' },
    { flags: '--expires <duration>', help: 'validity (default: 24h)' },
    { flags: '--out <path>', help: 'write the token into this new file, of mode 0600, instead of printing it' },
    { flags: '--only-token', help: 'print only the token' },
  ],
  examples: [
    'forwarder ca token create --dir ca --for agent --name web1',
    "forwarder ca token create --dir ca --for agent --name 'web*' --uses 40 --expires 7d --out agent.token",
    "forwarder ca token create --dir ca --for collector --name 'logs*.example.com' --name 10.0.0.5",
  ],
  run: async input =>
    await withAuthority(input, async (database, dir) => {
      const [{ findToken }, { listAuthorities }] = await Promise.all([
        import('../../trust/authority/tokens.ts'),
        import('../../trust/authority/authorities.ts'),
      ])
      const isShort = input.options['only-token'] === true
      const path = textOption(input, 'out')
      if (isShort && path !== undefined)
        throw new UsageError('--out and --only-token are two places for the token; use one of them')
      const { id, text } = await createAndSave(database, input)
      const record = findToken(database, id)
      const fingerprint = listAuthorities(dir, database)[0]?.fingerprint ?? ''
      const isAlone = isShort || record === undefined
      input.terminal.out.write(isAlone ? `${text}\n` : describeToken(record, { text, path, fingerprint }))
      return EXIT.done
    }),
}

/** A token that cannot be written to its file does not exist. */
async function createAndSave(database: Database, input: CommandInput): Promise<{ id: string; text: string }> {
  const [{ createToken }, { transact }, { saveToken }] = await Promise.all([
    import('../../trust/authority/tokens.ts'),
    import('../../sqlite/transaction.ts'),
    import('./save-token.ts'),
  ])
  const [options, path] = [readTokenOptions(input), textOption(input, 'out')]
  return transact(database, () => {
    const token = createToken(database, options, Date.now())
    if (path !== undefined) saveToken(path, token.text)
    return token
  })
}

export const listTokensCommand: Command = {
  name: 'ca token list',
  summary: 'list join tokens: their purpose, number of uses and users; never their secrets',
  options: [DIR_OPTION],
  examples: ['forwarder ca token list --dir ca'],
  run: async input =>
    await withAuthority(input, async database => {
      const { listTokens, listUsers, stateOfToken } = await import('../../trust/authority/tokens.ts')
      const rows = listTokens(database).map(token => [
        token.id,
        token.kind,
        token.patterns.join(' ') || 'any',
        `${token.used}/${token.uses === 0 ? 'any' : token.uses}`,
        formatTime(token.expiresMs),
        stateOfToken(token, Date.now()),
        listUsers(database, token.id).join(' '),
      ])
      const titles = ['ID', 'FOR', 'NAMES', 'USED', 'UNTIL (UTC)', 'STATE', 'BY']
      input.terminal.out.write(rows.length === 0 ? 'there are no tokens\n' : formatTable(titles, rows))
      return EXIT.done
    }),
}

export const revokeTokenCommand: Command = {
  name: 'ca token revoke',
  summary: 'revoke a join token; certificates issued with it stay valid (see ca revoke)',
  args: '<id>',
  options: [DIR_OPTION],
  examples: ['forwarder ca token revoke 0123456789abcdef --dir ca'],
  run: async input =>
    await withAuthority(input, async database => {
      const { revokeToken, listUsers } = await import('../../trust/authority/tokens.ts')
      const id = input.args[0] ?? ''
      revokeToken(database, id, Date.now())
      const users = listUsers(database, id)
      const left =
        users.length === 0
          ? 'No machine has joined with it.'
          : `Machines that joined with it keep their certificates: ${users.join(', ')}.`
      input.terminal.out.write(`revoked the token ${id}. ${left}\n`)
      return EXIT.done
    }),
}

function readTokenOptions(input: CommandInput) {
  const uses = countOption(input, 'uses', { min: 0, max: MAX_USES })
  const expiresInMs = readExpiry(input)
  return {
    kind: readKind(input),
    patterns: listOption(input, 'name'),
    ...(uses !== undefined && { uses }),
    ...(expiresInMs !== undefined && { expiresInMs }),
  }
}

function readKind(input: CommandInput): Kind {
  const kind = requiredOption(input, 'for')
  if (kind === 'agent' || kind === 'collector') return kind
  throw new UsageError(`--for takes agent or collector, not "${kind}"`)
}

function readExpiry(input: CommandInput): number | undefined {
  const text = textOption(input, 'expires')
  if (text === undefined) return undefined
  const milliseconds = parseDuration(text)
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds
  throw new UsageError(`--expires takes a duration such as 24h or 7d, not "${text}"`)
}
