// The last accepted trust document, in `trust.json` of the identity directory:
//   {"anchor": "<configured fingerprint>", "body": "<JSON text>", "retired": ["<fingerprint>"…]}
import { join } from 'node:path'
import { readIfThere } from '../../disk/private-file.ts'
import { writeWholeFileSync } from '../../disk/whole-file.ts'
import { identityDirectory } from '../../tls/identity-files.ts'
import type { Revocations } from '../../tls/peer-gate.ts'
import { TrustError } from '../contract.ts'
import { asList, asText, parseFields } from '../json-fields.ts'
import { RevocationList } from '../revocation-list.ts'
import { MAX_TRUST_BYTES, parseTrustBody } from '../trust-document.ts'

/** Each rollover adds one. */
const MAX_RETIRED = 10_000

export interface TrustMemory {
  /** The configured fingerprint from which it started. */
  readonly anchor: string
  /** The text of the last accepted document. */
  readonly body: string
  /** Fingerprints of authorities that accepted documents have dropped; absent in memories of earlier versions. */
  readonly retired?: readonly string[]
}

export function trustMemoryPath(stateDir: string): string {
  return join(identityDirectory(stateDir), 'trust.json')
}

/** Undefined where there is none. Throws a TrustError (`trust`) where it is damaged. */
export function readTrustMemory(path: string): TrustMemory | undefined {
  const text = readIfThere(path)
  if (text === undefined) return undefined
  const fields = parseFields(text, 2 * MAX_TRUST_BYTES)
  const anchor = asText(fields?.['anchor'], 64)
  const body = asText(fields?.['body'], MAX_TRUST_BYTES)
  const retired = asList(fields?.['retired'] ?? [], MAX_RETIRED, entry => asText(entry, 64))
  if (anchor === undefined || body === undefined || retired === undefined)
    throw new TrustError('trust', `${path} is damaged`)
  return { anchor, body, retired }
}

/** Throws a DiskError. */
export function writeTrustMemory(path: string, memory: TrustMemory): void {
  writeWholeFileSync(path, JSON.stringify(memory))
}

/** From the last accepted document; nothing where none can be read. */
export function readRevocations(stateDir: string): Revocations {
  try {
    const memory = readTrustMemory(trustMemoryPath(stateDir))
    return memory === undefined ? new RevocationList() : parseTrustBody(memory.body).revoked
  } catch (error) {
    if (error instanceof TrustError) return new RevocationList()
    throw error
  }
}
