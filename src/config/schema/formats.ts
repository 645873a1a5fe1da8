// The values that JSON Schema has no word for, as the compiled schemas call them.
import { explainFields } from '../../flow/name-with-fields.ts'
import { parseConfiguredAddress } from '../values/configured-address.ts'
import { parseDuration } from '../values/duration.ts'
import { parseSizeBytes } from '../values/size.ts'

/** By the name in `format`: a pattern, or a function that is true for a well-formed text. */
export const formats = {
  duration: (text: string) => parseDuration(text) !== undefined,
  size: (text: string) => parseSizeBytes(text) !== undefined,
  address: (text: string) => !('fault' in parseConfiguredAddress(text)),
  fingerprint: /^(?:sha-?256[:=])?(?:[\da-f]{2}:?){31}[\da-f]{2}$/iu,
  time: (text: string) => /^\d{4}-\d\d-\d\d(?:T\d\d:\d\dZ)?$/u.test(text) && !Number.isNaN(Date.parse(text)),
  'etcd-prefix': /^(?:\/[^/\p{Cc}]+)+$/u,
  'srv-name': /^_[\w-]+\._(?:tcp|udp)(?:\.[\w-]+)+\.?$/u,
  'index-name': isIndexName,
  'stream-or-fields': (text: string) => !text.includes('%{+') && isIndexName(text),
  'stream-name': (text: string) => !text.includes('%') && isIndexName(text),
} as const

/** By the beginning of the keyword: `durationFrom` and `durationTo`. NaN, for unreadable text, is within all bounds. */
export const measures = {
  duration: (value: unknown) => readDurationMs(value) ?? Number.NaN,
  size: (value: unknown) => parseSizeBytes(String(value)) ?? Number.NaN,
} as const

/** A bare number is seconds, as it is in logstash-forwarder. */
export function readDurationMs(value: unknown): number | undefined {
  return typeof value === 'number' ? Math.round(value * 1000) : parseDuration(String(value))
}

/** Rules that all versions share; the store checks the parts of a time. */
function isIndexName(pattern: string): boolean {
  if (explainFields(pattern) !== undefined) return false
  const fixed = pattern.replaceAll(/%\{[^{}]+\}/gu, '0')
  return /^[^-_+\\/*?"<>| ,#:%A-Z.][^\\/*?"<>| ,#:%A-Z]*$/u.test(fixed)
}
