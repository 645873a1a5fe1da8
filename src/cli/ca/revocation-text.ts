import type { PublicationOutcome } from '../../trust/authority/await-publication.ts'
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
    ...revoked.map(one => `  ${one.serial} of ${one.name}, valid until ${formatTime(one.notAfterMs)} UTC`),
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
  const others = new Set(revoked.map(one => one.name).filter(one => one.toLowerCase() !== name.toLowerCase()))
  if (revoked.length > 0) return `revoked ${count} of ${[name, ...others].join(', ')}`
  if (before.length === 0) return `revoked ${name}: no certificate of it is known here`
  const earlierMs = Math.max(...before.map(({ revokedMs = 0 }) => revokedMs))
  if (earlierMs === 0) return `revoked ${name}: its certificates had expired, and can no longer be renewed`
  return `${name} was revoked already, on ${formatTime(earlierMs)} UTC, and has had no valid certificate since`
}

/** What else an intruder may have. */
export function describeRelated(name: string, related: readonly CertificateRecord[], dir: string): string {
  if (related.length === 0) return ''
  const lines = [
    '',
    'Issued for the same host, or by the same token, and still good:',
    ...related.map(
      one => `  ${one.name} (${one.kind}), ${one.serial}, by the token ${one.tokenId}${describeHosts(one)}`,
    ),
    'To revoke these as well:',
    `  forwarder ca revoke ${quoteForShell(name)} --all --dir ${quoteForShell(dir)}`,
  ]
  return `${lines.join('\n')}\n`
}

/** Whether machines hear of the revocation. */
export function describeOutcome(outcome: PublicationOutcome): string {
  if (outcome.kind === 'no signer')
    return '\nNot published: no signer uses this directory, so machines still accept these certificates. Start it: forwarder ca serve\n'
  if (outcome.kind === 'waiting') return `\nNot published yet: ${describeSigner(outcome)}\n`
  const { sequence, leftOut } = outcome
  if (leftOut > 0)
    return `\nNot published: the trust document (number ${sequence}) has no room for the latest ${leftOut} revocations, so machines still accept these certificates\n`
  return `\npublished as number ${sequence}: machines refuse these certificates within seconds\n`
}

function describeSigner({ holder, trouble }: Extract<PublicationOutcome, { kind: 'waiting' }>): string {
  const signer = holder === undefined ? 'the signer' : `the signer (process ${holder.pid} on ${holder.host})`
  return `${signer} does not answer; ${trouble ?? 'its log may have the reason'}. It publishes the revocation when it can`
}

function describeHosts({ kind, names }: CertificateRecord): string {
  return kind === 'agent' ? '' : `, for ${names.join(' ')}`
}

function describeTokens({ before, validTokens }: Revocation): string[] {
  const joined = [...new Set(before.map(({ tokenId }) => tokenId))]
  if (joined.length === 0) return []
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
