// Revocations in the trust document: each refuses the certificates of one machine's name, or for one host, that were
// valid before a time. An entry is the time, then the first 8 bytes of the SHA-256 of the subject:
//   time     seconds since the time of the entry before it (the first: since 1970), 7 bits a byte, the lowest first,
//            the highest bit of a byte set where more follow
//   subject  `name:web1` or `host:logs.example.com`, in lower case
// So an entry takes 9 or 10 bytes whatever the name, and a list of them says nothing about machines it does not name.
import { type X509Certificate, hash } from 'node:crypto'
import type { Revocations } from '../tls/peer-gate.ts'
import { alternativeNamesOf } from '../tls/certificate-names.ts'
import { foldName, machineNameOf } from './machine-names.ts'
import { SubjectTable, readSubject } from './subject-table.ts'

/** A machine by its name, or what it is reached by: a host name or an address. */
export type Subject = `name:${string}` | `host:${string}`

const HASH_BYTES = 8
/** So that a document with it, in base64, is smaller than what etcd takes: room for at least 100,000 entries. */
export const MAX_LIST_BYTES = 1_010_000

export function nameSubject(name: string): Subject {
  return `name:${foldName(name)}`
}

export function hostSubject(host: string): Subject {
  return `host:${foldName(host)}`
}

/** What a revocation can name to refuse this certificate. */
function subjectsOf(certificate: X509Certificate): Subject[] {
  const name = machineNameOf(certificate)
  return [...(name === undefined ? [] : [nameSubject(name)]), ...alternativeNamesOf(certificate).map(hostSubject)]
}

const hashes = new WeakMap<X509Certificate, readonly string[]>()

/** Kept for each certificate: each change of the list has all connected peers looked up. */
function hashesOf(certificate: X509Certificate): readonly string[] {
  const known = hashes.get(certificate) ?? subjectsOf(certificate).map(hashSubject)
  hashes.set(certificate, known)
  return known
}

/** 16 hex digits. */
export function hashSubject(subject: Subject): string {
  return hash('sha256', subject, 'hex').slice(0, HASH_BYTES * 2)
}

export interface Revocation {
  /** See `hashSubject`. */
  readonly hash: string
  /** Seconds since 1970: certificates whose validity begins then or before are refused. */
  readonly beganBy: number
}

/** The certificates that machines refuse. */
export class RevocationList implements Revocations {
  readonly #table: SubjectTable
  readonly #serials: ReadonlySet<string>

  /** `serials`: upper-case hex, of a document of the first format. */
  constructor(revocations: readonly Revocation[] | SubjectTable = [], serials: readonly string[] = []) {
    this.#table = revocations instanceof SubjectTable ? revocations : makeTable(revocations)
    this.#serials = new Set(serials)
  }

  get size(): number {
    return this.#table.size + this.#serials.size
  }

  get revocations(): Revocation[] {
    return this.#table.entries()
  }

  isSame(other: RevocationList): boolean {
    return this.#table.isSame(other.#table) && this.#serials.symmetricDifference(other.#serials).size === 0
  }

  has(certificate: X509Certificate): boolean {
    if (this.#serials.has(certificate.serialNumber)) return true
    if (this.#table.size === 0) return false
    const began = beganAt(certificate)
    return hashesOf(certificate).some(subject => (this.#table.get(subject) ?? -1) >= began)
  }
}

function makeTable(revocations: readonly Revocation[]): SubjectTable {
  const table = new SubjectTable(revocations.length)
  for (const { hash: subject, beganBy } of revocations) table.note(readSubject(subject), beganBy)
  return table
}

/** Seconds since 1970. */
export function beganAt({ validFromDate }: X509Certificate): number {
  return Math.floor(validFromDate.getTime() / 1000)
}

/** The earliest come first; what does not fit any more is left out. */
export function encodeRevocations(list: RevocationList): { readonly text: string; readonly leftOut: number } {
  const all = list.revocations.toSorted((one, other) => one.beganBy - other.beganBy || (one.hash < other.hash ? -1 : 1))
  const bytes = Buffer.alloc(MAX_LIST_BYTES)
  let [at, count, previous] = [0, 0, 0]
  for (const { hash: subject, beganBy } of all) {
    const length = numberLength(beganBy - previous) + HASH_BYTES
    if (at + length > MAX_LIST_BYTES) break
    at = writeNumber(bytes, at, beganBy - previous)
    at += bytes.write(subject, at, 'hex')
    previous = beganBy
    count++
  }
  return { text: bytes.toString('base64', 0, at), leftOut: all.length - count }
}

/** Undefined for anything that is not such a text. */
export function decodeRevocations(text: string): RevocationList | undefined {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) return undefined
  const table = new SubjectTable(Math.floor(bytes.length / (HASH_BYTES + 1)))
  let [at, beganBy] = [0, 0]
  while (at < bytes.length) {
    const length = lengthOfNumber(bytes, at)
    if (length === undefined || at + length + HASH_BYTES > bytes.length) return undefined
    beganBy += readNumber(bytes, at, length)
    at += length
    table.note({ high: bytes.readUInt32BE(at), low: bytes.readUInt32BE(at + 4) }, beganBy)
    at += HASH_BYTES
  }
  return new RevocationList(table)
}

function numberLength(value: number): number {
  return value < 128 ? 1 : 1 + numberLength(Math.floor(value / 128))
}

function writeNumber(bytes: Buffer, at: number, value: number): number {
  if (value < 128) return bytes.writeUInt8(value, at)
  return writeNumber(bytes, bytes.writeUInt8((value % 128) + 128, at), Math.floor(value / 128))
}

/** Longer numbers than of 6 bytes are not times. */
function lengthOfNumber(bytes: Buffer, from: number): number | undefined {
  for (let length = 1; length <= 6; length++) if ((bytes[from + length - 1] ?? 128) < 128) return length
  return undefined
}

function readNumber(bytes: Buffer, from: number, length: number): number {
  let value = 0
  for (let at = from + length - 1; at >= from; at--) value = value * 128 + ((bytes[at] ?? 0) % 128)
  return value
}
