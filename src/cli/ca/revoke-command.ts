import type { Database } from '../../sqlite/database.ts'
import type { CertificateRecord } from '../../trust/authority/issued-certificates.ts'
import type { Command, CommandInput } from '../program/command-contract.ts'
import { EXIT, type ExitCode } from '../program/exit-codes.ts'
import { DIR_OPTION, withAuthority } from './authority-options.ts'
import { describeOutcome, describeRelated, describeRevoked } from './revocation-text.ts'

/** The signer notices a change within two seconds, and then writes to etcd. */
const PUBLICATION_TIMEOUT_MS = 15_000

export const revokeCommand: Command = {
  name: 'ca revoke',
  summary: "revoke a machine's certificates, and wait until the signer has published that",
  args: '<name>',
  options: [
    DIR_OPTION,
    { flags: '--all', help: 'also revoke what else was issued for the same hosts, or by the same join tokens' },
    { flags: '--unknown', help: 'revoke the name even if no certificate of it is known here' },
  ],
  examples: ['forwarder ca revoke web1 --dir ca', 'forwarder ca revoke collector1 --all --dir ca'],
  run: async input =>
    await withAuthority(input, async (database, dir) => {
      const [{ findByName }, { checkKnown }, { findRelated, hostsOf }, { awaitPublication }] = await Promise.all([
        import('../../trust/authority/issued-certificates.ts'),
        import('../../trust/authority/revocations.ts'),
        import('../../trust/authority/related-certificates.ts'),
        import('../../trust/authority/await-publication.ts'),
      ])
      const [name = ''] = input.args
      const isAll = input.options['all'] === true
      if (input.options['unknown'] !== true) checkKnown(database, name)
      const before = findByName(database, name)
      const related = findRelated(database, before, Date.now())
      const others = isAll ? related.map(one => one.name) : []
      const revoked = await revokeAll(database, { names: [name, ...others], hosts: isAll ? hostsOf(before) : [] })
      const validTokens = await listValidTokens(database, before)
      input.terminal.out.write(describeRevoked({ name, before, revoked, validTokens, dir }))
      if (!isAll) input.terminal.out.write(describeRelated(name, related, dir))
      return report(input, await awaitPublication(database, dir, PUBLICATION_TIMEOUT_MS))
    }),
}

/** Returns what was valid until now. */
async function revokeAll(
  database: Database,
  { names, hosts }: { readonly names: readonly string[]; readonly hosts: readonly string[] },
): Promise<CertificateRecord[]> {
  const { revokeHost, revokeName } = await import('../../trust/authority/revocations.ts')
  const nowMs = Date.now()
  return [
    ...[...new Set(names)].flatMap(name => revokeName(database, name, nowMs)),
    ...hosts.flatMap(host => revokeHost(database, host, nowMs)),
  ]
}

/** Ids of the tokens that brought these certificates, and are still valid for other names. */
async function listValidTokens(database: Database, certificates: readonly CertificateRecord[]): Promise<string[]> {
  const { findToken, stateOfToken } = await import('../../trust/authority/tokens.ts')
  const ids = [...new Set(certificates.map(({ tokenId }) => tokenId))]
  const tokens = ids.flatMap(id => findToken(database, id) ?? [])
  return tokens.filter(token => stateOfToken(token, Date.now()) === 'valid').map(({ id }) => id)
}

function report({ terminal }: CommandInput, outcome: Parameters<typeof describeOutcome>[0]): ExitCode {
  const isHeard = outcome.kind === 'published' && outcome.leftOut === 0
  terminal[isHeard ? 'out' : 'err'].write(describeOutcome(outcome))
  return isHeard ? EXIT.done : EXIT.failed
}
