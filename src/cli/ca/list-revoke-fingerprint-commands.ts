import type { CertificateRecord } from '../../trust/authority/issued-certificates.ts'
import type { Command } from '../program/command-contract.ts'
import { EXIT } from '../program/exit-codes.ts'
import { DIR_OPTION, withAuthority } from './authority-options.ts'
import { formatTable, formatTime } from '../program/table-text.ts'
import { describeRevoked } from './revocation-text.ts'

export const listCertificatesCommand: Command = {
  name: 'ca list',
  summary: 'list the certificates issued to machines that joined',
  options: [DIR_OPTION, { flags: '--all', help: 'include expired certificates' }],
  examples: ['forwarder ca list --dir ca'],
  run: async input =>
    await withAuthority(input, async database => {
      const { listCertificates } = await import('../../trust/authority/issued-certificates.ts')
      input.terminal.out.write(await describeCertificates(listCertificates(database), input.options['all'] === true))
      return EXIT.done
    }),
}

export const revokeCommand: Command = {
  name: 'ca revoke',
  summary: "revoke a machine's certificates; while the signer runs, other machines refuse them within seconds",
  args: '<name>',
  options: [DIR_OPTION],
  examples: ['forwarder ca revoke web1 --dir ca'],
  run: async input =>
    await withAuthority(input, async (database, dir) => {
      const [{ findByName }, { revokeName }, { findToken, stateOfToken }] = await Promise.all([
        import('../../trust/authority/issued-certificates.ts'),
        import('../../trust/authority/revocations.ts'),
        import('../../trust/authority/tokens.ts'),
      ])
      const name = input.args[0] ?? ''
      const before = findByName(database, name)
      const revoked = revokeName(database, name, Date.now())
      const tokens = [...new Set(before.map(({ tokenId }) => tokenId))].flatMap(id => findToken(database, id) ?? [])
      const validTokens = tokens.filter(token => stateOfToken(token, Date.now()) === 'valid').map(({ id }) => id)
      input.terminal.out.write(describeRevoked({ name, before, revoked, validTokens, dir }))
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
  const { stateOfCertificate } = await import('../../trust/authority/issued-certificates.ts')
  const renewed = new Set(records.map(({ renewedFrom }) => renewedFrom))
  const describeState = (record: CertificateRecord) => {
    const state = stateOfCertificate(record, Date.now())
    return state === 'valid' && renewed.has(record.serial) ? 'valid, renewed' : state
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
