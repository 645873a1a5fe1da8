import type { Database } from '../../sqlite/database.ts'
import type { CertificateRecord } from '../../trust/authority/issued-certificates.ts'
import type { Command } from '../program/command-contract.ts'
import { EXIT } from '../program/exit-codes.ts'
import { DIR_OPTION, withAuthority } from './authority-options.ts'
import { formatTable, formatTime } from '../program/table-text.ts'

export const listCertificatesCommand: Command = {
  name: 'ca list',
  summary: 'list the certificates issued to machines that joined',
  options: [
    DIR_OPTION,
    { flags: '--all', help: 'include certificates that have expired and can no longer be renewed' },
  ],
  examples: ['forwarder ca list --dir ca'],
  run: async input =>
    await withAuthority(input, async database => {
      const { listCertificates } = await import('../../trust/authority/issued-certificates.ts')
      input.terminal.out.write(
        await describeCertificates(database, listCertificates(database), input.options['all'] === true),
      )
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

async function describeCertificates(
  database: Database,
  records: readonly CertificateRecord[],
  isAll: boolean,
): Promise<string> {
  const [{ stateOfCertificate }, { readRenewExpired }] = await Promise.all([
    import('../../trust/authority/issued-certificates.ts'),
    import('../../trust/authority/publication.ts'),
  ])
  const nowMs = Date.now()
  const renewableUntilMs = nowMs - readRenewExpired(database)
  const holders = countHolders(records)
  const describeState = (record: CertificateRecord) => {
    const state = stateOfCertificate(record, nowMs)
    if (state === 'expired' && record.notAfterMs > renewableUntilMs) return 'expired, can be renewed'
    if (state !== 'valid') return state
    if (isForked(record, holders)) return 'valid, copied: renewed with two keys'
    return holders.has(record.serial) ? 'valid, renewed' : state
  }
  const isEnded = ({ notAfterMs, revokedMs }: CertificateRecord) =>
    notAfterMs <= (revokedMs === undefined ? renewableUntilMs : nowMs)
  const shown = records.filter(record => isAll || !isEnded(record))
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

type Holders = ReadonlyMap<string, ReadonlySet<string>>

/** By the serial number of a certificate, the keys with which it was renewed. */
function countHolders(records: readonly CertificateRecord[]): Holders {
  const holders = new Map<string, Set<string>>()
  for (const { renewedFrom, keyHash } of records) {
    if (renewedFrom === undefined) continue
    holders.set(renewedFrom, (holders.get(renewedFrom) ?? new Set()).add(keyHash))
  }
  return holders
}

/** True for a certificate that was renewed with two keys, and for those that it was renewed to. */
function isForked({ serial, renewedFrom }: CertificateRecord, holders: Holders): boolean {
  return [serial, renewedFrom ?? ''].some(one => (holders.get(one)?.size ?? 0) > 1)
}
