// The common and combined log formats, which most servers of HTTP write.
import type { ConstantFields, WrittenProcessor } from './format.ts'
import { date, grok, httpOutcome, REQUEST, sourceIp, userAgent } from './steps.ts'

export const ACCESS_FIELDS: ConstantFields = { kind: 'event', category: ['web'], type: ['access'] }

/** The look of a line: an address, two users, a time, a request and a status. */
export const ACCESS_LOOK =
  /^[^ ]+ [^ ]+ [^[\n]*\[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "[^\n]*" \d{3} (?:\d+|-)(?: |$)/u

export const ACCESS_TIME = 'dd/MMM/yyyy:HH:mm:ss Z'

/**
 * The pattern of a line. `before` is in front of the address, and `after` behind the size. Other text at the end is
 * permitted, since operators add variables there.
 */
export function accessPattern(identity: string, { before = '', after = COMBINED } = {}): string {
  const users = `(?:-|%{TOKEN:${identity}}) (?:-|%{USER_TEXT:user.name})`
  const request = `"(?:${REQUEST}|-?|%{QUOTED:http.request.line})"`
  const answer = '%{INT:http.response.status_code:long} (?:-|%{INT:http.response.body.bytes:long})'
  return String.raw`${before}%{TOKEN:source.address} ${users} \[%{BRACKETED:_parsed.time}\] ${request} ${answer}${after}`
}

export const COMBINED =
  '(?: "(?:-|%{QUOTED:http.request.referrer})" "(?:-|%{QUOTED:user_agent.original})"' +
  '(?: "(?:-|%{QUOTED:network.forwarded_ip})")?)?(?: %{LINE})?'

export function accessSteps(pattern: WrittenProcessor): readonly WrittenProcessor[] {
  return [pattern, date([ACCESS_TIME]), sourceIp, userAgent, ...httpOutcome]
}

export function accessGrok(pattern: string): WrittenProcessor {
  return grok('message', pattern)
}
