import type { CertificateRecord } from '../../trust/authority/certificates.ts'
import type { Command } from '../program/command-contract.ts'
import { EXIT } from '../program/exit-codes.ts'
import { DIR_OPTION, withAuthority } from './authority-options.ts'
import { formatTable, formatTime } from '../program/table-text.ts'

export const listCertificatesCommand: Command = {
  name: 'ca list',
  summary: 'list the certificates issued to machines that joined',
  options: [DIR_OPTION, { flags: '--all', help: 'include expired certificates' }],
  examples: ['forwarder ca list --dir ca'],
  run: async input =>
    await withAuthority(input, async database => {
      const { listCertificates } = await import('../../trust/authority/certificates.ts')
      input.terminal.out.write(await describeCertificates(listCertificates(database), input.options['all'] === true))
      return EXIT.done
    }),
}

export const revokeCommand: Command = {
  name: 'ca revoke',
  summary: "revoke a machine's certificates; while the signer runs, collectors refuse it within seconds",
  args: '<name>',
  options: [DIR_OPTION],
  examples: ['forwarder ca revoke web1 --dir ca'],
  run: async input =>
    await withAuthority(input, async (database, dir) => {
      const { revokeName } = await import('../../trust/authority/revocations.ts')
      const { findToken, stateOfToken } = await import('../../trust/authority/tokens.ts')
      const name = input.args[0] ?? ''
      const revoked = revokeName(database, name, Date.now())
      const ids = new Set(revoked.map(({ tokenId }) => tokenId))
      const tokens = [...ids].flatMap(id => findToken(database, id) ?? [])
      const good = tokens.filter(token => stateOfToken(token, Date.now()) === 'good').map(({ id }) => id)
      input.terminal.out.write(describeRevoked(name, revoked, { tokens: [...ids], good, dir }))
      return EXIT.done
    }),
}

export const fingerprintCommand: Command = {
  name: 'ca fingerprint',
  summary: 'print the "caFingerprint" for configurations, and the state of each authority in the directory',
  options: [DIR_OPTION, { flags: '--only-fingerprint', help: 'print only the fingerprint of the signing authority' }],
  examples: ['forwarder ca fingerprint --dir ca'],
  run: async input =>
    await withAuthority(input, async (database, dir) => {
      const { listAuthorities } = await import('../../trust/authority/authorities.ts')
      const entries = listAuthorities(dir, database)
      const rows = entries.map(({ fingerprint, state, name, certificate }) => [
        `sha256:${fingerprint}`,
        state,
        formatTime(certificate.validToDate.getTime()),
        name,
      ])
      const isShort = input.options['only-fingerprint'] === true
      const table = formatTable(['FINGERPRINT', 'STATE', 'UNTIL (UTC)', 'NAME'], rows)
      input.terminal.out.write(isShort ? `${rows[0]?.[0]}\n` : table)
      return EXIT.done
    }),
}

async function describeCertificates(records: readonly CertificateRecord[], isAll: boolean): Promise<string> {
  const { stateOfCertificate } = await import('../../trust/authority/certificates.ts')
  const renewed = new Set(records.map(({ renewedFrom }) => renewedFrom))
  const describeState = (record: CertificateRecord) => {
    const state = stateOfCertificate(record, Date.now())
    return state === 'good' && renewed.has(record.serial) ? 'good, renewed' : state
  }
  const shown = records.filter(({ notAfterMs }) => isAll || notAfterMs > Date.now())
  if (shown.length === 0) return 'no machine has a certificate\n'
  const rows = shown.map(record => [
    record.name,
    record.kind,
    record.serial,
    formatTime(record.notAfterMs),
    describeState(record),
    record.tokenId,
    record.names.join(' '),
  ])
  return formatTable(['NAME', 'KIND', 'SERIAL', 'UNTIL (UTC)', 'STATE', 'TOKEN', 'FOR'], rows)
}

interface RevokedContext {
  readonly tokens: readonly string[]
  /** The subset of tokens that are still good. */
  readonly good: readonly string[]
  readonly dir: string
}

function describeRevoked(
  name: string,
  revoked: readonly CertificateRecord[],
  { tokens, good, dir }: RevokedContext,
): string {
  const lines = [
    `revoked ${revoked.length} certificates of ${name}${revoked.length === 0 ? ': none was still good' : ''}`,
    ...revoked.map(({ serial, notAfterMs }) => `  ${serial}, good until ${formatTime(notAfterMs)} UTC`),
    `Tokens created before now are no longer good for the name ${name}.`,
  ]
  if (tokens.length > 0)
    lines.push(`It joined with ${tokens.length === 1 ? 'the token' : 'the tokens'} ${tokens.join(', ')}.`)
  if (good.length > 0)
    lines.push(
      'An intruder on the machine may have its token, and could join under another name. To prevent that:',
      ...good.map(id => `  forwarder ca token revoke ${id} --dir ${dir}`),
    )
  return `${lines.join('\n')}\n`
}
