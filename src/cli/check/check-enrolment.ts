import type { EnrolmentSettings } from '../../config/settings.ts'
import { identityFiles } from '../../tls/identity-files.ts'
import { tokenCommand } from '../../tls/remedy-commands.ts'
import { TlsError } from '../../tls/tls-error.ts'
import { TrustError } from '../../trust/contract.ts'
import { type Identity, checkName, isExpired, readIdentity } from '../../trust/machine/identity.ts'
import { foldName } from '../../trust/machine-names.ts'
import { parseJoinToken } from '../../trust/join-token.ts'
import { tokenReader } from '../../trust/machine/token-reader.ts'
import { readRevocations } from '../../trust/machine/trust-memory.ts'
import type { Finding } from './check-result.ts'

export interface Enrolling {
  readonly enrolment: EnrolmentSettings
  readonly stateDir: string
  readonly kind: 'agent' | 'collector'
  readonly name: string
  /** Names that the certificate must be for. */
  readonly names: readonly string[]
}

/** Reports what would keep a machine from getting or renewing its certificate, judged by its own files. */
export async function inspectEnrolment(enrolling: Enrolling): Promise<readonly Finding[]> {
  const { stateDir } = enrolling
  const path = identityFiles(stateDir).certificate
  try {
    const identity = readIdentity(path)
    const isRevoked = identity !== undefined && readRevocations(stateDir).has(identity.certificate)
    if (isRevoked) return [makeRevokedFinding(path, enrolling)]
    if (identity !== undefined) return inspectExpiry(identity, path)
    return [...inspectName(enrolling), ...(await inspectToken(enrolling))]
  } catch (error) {
    if (error instanceof TlsError) return [makeWarning(`${error.message}; another certificate will be requested`)]
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    return [{ severity: 'error', message: `${(error as Error).message}: check as the user that the service runs as` }]
  }
}

/** The same sentence as at the start. */
function inspectName({ kind, name, names }: Enrolling): Finding[] {
  try {
    checkName({ kind, name: foldName(name), names }, undefined)
    return []
  } catch (error) {
    if (error instanceof TrustError) return [{ severity: 'error', message: error.message }]
    throw error
  }
}

function makeRevokedFinding(path: string, enrolling: Enrolling): Finding {
  const message = `${path} was revoked: this machine must join again; ${remedyFor(enrolling)}`
  return { severity: 'error', message }
}

/** The command has to run on the machine of the authority. */
function remedyFor({ enrolment, kind, names }: Enrolling): string {
  const place = enrolment.tokenFile ?? 'the file that "tokenFile" of "enrolment" names'
  return `create a token on the machine of the authority (${tokenCommand(kind, names)}) and save it in ${place}`
}

function inspectExpiry({ certificate }: Identity, path: string): Finding[] {
  if (!isExpired(certificate, Date.now())) return []
  const end = certificate.validToDate.toISOString()
  return [makeWarning(`${path} expired on ${end}: \`forwarder ca serve\` renews it, unless that was too long ago`)]
}

async function inspectToken(enrolling: Enrolling): Promise<Finding[]> {
  const { enrolment } = enrolling
  const text = await tokenReader(enrolment)()
  const remedy = remedyFor(enrolling)
  if (text === undefined) return [makeWarning(`this machine has not joined yet, and has no join token: ${remedy}`)]
  if (parseJoinToken(text) !== undefined) return []
  const where = (enrolment.token === undefined && enrolment.tokenFile) || '"token" of "enrolment"'
  return [
    {
      severity: 'error',
      message: `${where} does not hold a join token: 60 characters like 0123456789abcdef.… were expected; ${remedy}`,
    },
  ]
}

function makeWarning(message: string): Finding {
  return { severity: 'warning', message }
}
