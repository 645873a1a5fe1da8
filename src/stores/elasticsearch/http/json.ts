import { isRecord } from '../../../flow/is-record.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** Parses a JSON object; undefined if the bytes are not one. */
export function parseObject(bytes: Buffer): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return isRecord(value) ? value : undefined
  } catch {
    return undefined // text, HTML, or JSON that was cut off: the caller reports what it expected
  }
}

export function readString(object: JsonObject, name: string): string {
  const value = object[name]
  return typeof value === 'string' ? value : ''
}

export function encodeJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}
