import { rmSync } from 'node:fs'
import { readIfThere } from '../../disk/private-file.ts'
import { writeWholeFileSync } from '../../disk/whole-file.ts'
import { makeSigningRequest } from '../../tls/certificate-maker.ts'
import { parseFields, asText } from '../json-fields.ts'
import { MAX_REQUEST_AGE_MS, type RequestBody, formatBody, parseBody } from '../request-and-answer.ts'

const MAX_FILE_BYTES = 65_536

/** A request and its key: on disk before it is sent, so that a restart continues with the same text. */
export interface PendingRequest {
  readonly text: string
  readonly body: RequestBody
  /** PEM. */
  readonly key: string
}

export type Wish = Omit<RequestBody, 'csr' | 'createdAtMs'>

/** The request on disk where it asks for the same, otherwise a new one. */
export async function preparePending(path: string, wish: Wish, nowMs: number): Promise<PendingRequest> {
  const earlier = readPending(path)
  if (
    earlier !== undefined &&
    isSame(earlier.body, wish) &&
    Math.abs(nowMs - earlier.body.createdAtMs) < MAX_REQUEST_AGE_MS
  )
    return earlier
  const { request, key } = await makeSigningRequest(wish.name)
  const body = { ...wish, csr: request, createdAtMs: nowMs }
  const text = formatBody(body)
  writeWholeFileSync(path, JSON.stringify({ body: text, key }))
  return { text, body, key }
}

export function dropPending(path: string): void {
  rmSync(path, { force: true })
}

/** Undefined where it cannot be read: a new one takes its place. */
function readPending(path: string): PendingRequest | undefined {
  const fields = parseFields(readIfThere(path) ?? '', MAX_FILE_BYTES)
  const text = asText(fields?.['body'], MAX_FILE_BYTES)
  const key = asText(fields?.['key'], MAX_FILE_BYTES)
  if (text === undefined || key === undefined) return undefined
  try {
    return { text, body: parseBody(text), key }
  } catch {
    return undefined // damaged
  }
}

function isSame(a: Wish, b: Wish): boolean {
  return describeWish(a) === describeWish(b)
}

function describeWish({ kind, name, dnsNames, ipAddresses, tokenId, certificate }: Wish): string {
  return JSON.stringify([kind, name, dnsNames, ipAddresses, tokenId, certificate])
}
