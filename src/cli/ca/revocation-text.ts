import type { CertificateRecord } from '../../trust/authority/issued-certificates.ts'
import { quoteForShell } from '../program/shell-word.ts'
import { formatTime } from '../program/table-text.ts'

interface Revocation {
  readonly name: string
  /** All certificates of the name, as they were before; at least one. */
  readonly before: readonly CertificateRecord[]
  /** Those that were valid until now. */
  readonly revoked: readonly CertificateRecord[]
  /** Ids of tokens that brought certificates of the name and are still valid for others. */
  readonly validTokens: readonly string[]
  readonly dir: string
}

/** What was revoked, and the next commands. */
export function describeRevoked(revocation: Revocation): string {
  const { name, revoked, validTokens, dir } = revocation
  const lines = [
    describeResult(revocation),
    ...revoked.map(({ serial, notAfterMs }) => `  ${serial}, valid until ${formatTime(notAfterMs)} UTC`),
    `Tokens created before now are no longer valid for the name ${name}.`,
    ...describeTokens(revocation),
    ...validTokens.map(id => `  forwarder ca token revoke ${id} --dir ${quoteForShell(dir)}`),
    '',
    'To let the machine join again, once it is safe: create a token for it, and make that its token file:',
    `  ${describeJoin(revocation)}`,
  ]
  return `${lines.join('\n')}\n`
}

function describeResult({ name, before, revoked }: Revocation): string {
  const count = `${revoked.length} certificate${revoked.length === 1 ? '' : 's'}`
  if (revoked.length > 0) return `revoked ${count} of ${name}`
  const earlierMs = Math.max(...before.map(({ revokedMs = 0 }) => revokedMs))
  if (earlierMs === 0) return `revoked ${count} of ${name}: all had expired`
  return `${name} was revoked already, on ${formatTime(earlierMs)} UTC, and has had no valid certificate since`
}

function describeTokens({ before, validTokens }: Revocation): string[] {
  const joined = [...new Set(before.map(({ tokenId }) => tokenId))]
  const subject = `It joined with the token${joined.length === 1 ? '' : 's'} ${joined.join(', ')}`
  if (validTokens.length === 0) return [`${subject}, which no machine can use any more.`]
  return [
    `${subject}.`,
    'An intruder on the machine may have its token, and could join under another name. To prevent that:',
  ]
}

function describeJoin({ before, name, dir }: Revocation): string {
  const [newest] = before.toSorted((left, right) => right.issuedMs - left.issuedMs)
  const { kind = 'agent', names = [] } = newest ?? {}
  const patterns = (kind === 'agent' ? [name] : names).map(one => ` --name ${quoteForShell(one)}`)
  return `forwarder ca token create --dir ${quoteForShell(dir)} --for ${kind}${patterns.join('')} --out new.token`
}
