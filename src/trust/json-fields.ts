// JSON from outside is read field by field; a field of another form than expected is undefined.

import { isRecord } from '../flow/is-record.ts'

export type Fields = Readonly<Record<string, unknown>>

/** The object in a JSON text; undefined where it is too long, not JSON, or not an object. */
export function parseFields(text: string, mostBytes: number): Fields | undefined {
  if (Buffer.byteLength(text) > mostBytes) return undefined
  try {
    return asFields(JSON.parse(text))
  } catch {
    return undefined // not JSON: the caller decides what that means
  }
}

export function asFields(value: unknown): Fields | undefined {
  return isRecord(value) ? value : undefined
}

export function asText(value: unknown, mostBytes: number): string | undefined {
  return typeof value === 'string' && Buffer.byteLength(value) <= mostBytes ? value : undefined
}

export function asWhole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

export function asList<Entry>(
  value: unknown,
  most: number,
  read: (entry: unknown) => Entry | undefined,
): readonly Entry[] | undefined {
  if (!Array.isArray(value) || value.length > most) return undefined
  const entries = value.map(read)
  return entries.includes(undefined) ? undefined : (entries as Entry[])
}
