import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { EnrolmentSettings } from '../../config/settings.ts'
import { tokenCommand } from '../../tls/remedies.ts'
import { TlsError } from '../../tls/tls-error.ts'
import { type Identity, isExpired, readIdentity } from '../../trust/machine/identity.ts'
import { parseJoinToken } from '../../trust/join-token.ts'
import { tokenReader } from '../../trust/machine/token-reader.ts'
import { readRevokedSerials } from '../../trust/machine/trust-memory.ts'
import type { Finding } from './check-finding.ts'

export interface Enrolling {
  readonly enrolment: EnrolmentSettings
  readonly stateDir: string
  readonly kind: 'agent' | 'collector'
  /** That the certificate is to be for. */
  readonly names: readonly string[]
}

/** What would keep a machine from getting, or renewing, its certificate, as far as its own files tell. */
export async function inspectEnrolment(enrolling: Enrolling): Promise<readonly Finding[]> {
  const { enrolment, stateDir } = enrolling
  const path = join(stateDir, 'identity', 'identity.pem')
  try {
    const identity = readIdentity(path)
    const secrecy = await inspectSecrecy(enrolment.tokenFile)
    const isRevoked = readRevokedSerials(dirname(path)).has(identity?.certificate.serialNumber ?? '')
    if (isRevoked) return [revoked(path, enrolling), ...secrecy]
    if (identity !== undefined) return [...inspectEnd(identity, path), ...secrecy]
    return [...(await inspectToken(enrolling)), ...secrecy]
  } catch (error) {
    if (error instanceof TlsError) return [warning(`${error.message}; another certificate is asked for`)]
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    return [{ severity: 'error', message: `${(error as Error).message}: check as the user that the service runs as` }]
  }
}

function revoked(path: string, enrolling: Enrolling): Finding {
  const message = `${path} was revoked: this machine has to join again; ${remedyFor(enrolling)}`
  return { severity: 'error', message }
}

/** The command is for where the authority is. */
function remedyFor({ enrolment, kind, names }: Enrolling): string {
  const place = enrolment.tokenFile ?? 'the file that "tokenFile" of "enrolment" names'
  return `make a token where the authority is (${tokenCommand(kind, names)}) and put it into ${place}`
}

function inspectEnd({ certificate }: Identity, path: string): Finding[] {
  if (!isExpired(certificate, Date.now())) return []
  const end = certificate.validToDate.toISOString()
  return [warning(`${path} ended on ${end}: \`forwarder ca serve\` renews it, unless that is too long ago`)]
}

async function inspectToken(enrolling: Enrolling): Promise<Finding[]> {
  const { enrolment } = enrolling
  const text = await tokenReader(enrolment)()
  const remedy = remedyFor(enrolling)
  if (text === undefined) return [warning(`this machine has not joined yet, and has no join token: ${remedy}`)]
  if (parseJoinToken(text) !== undefined) return []
  const where = (enrolment.token === undefined && enrolment.tokenFile) || '"token" of "enrolment"'
  return [
    {
      severity: 'error',
      message: `${where} holds no join token: one like 0123456789abcdef.…, of 60 characters, was expected; ${remedy}`,
    },
  ]
}

async function inspectSecrecy(tokenFile: string | undefined): Promise<Finding[]> {
  if (tokenFile === undefined) return []
  const mode = await stat(tokenFile).then(
    found => found.mode,
    () => 0, // not there, or not to be read: that has been said
  )
  if ((mode & 0o007) === 0) return []
  return [warning(`${tokenFile} can be read by everyone on this machine: chmod 600 ${tokenFile}`)]
}

function warning(message: string): Finding {
  return { severity: 'warning', message }
}
