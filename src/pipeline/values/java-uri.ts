// URIs as Java's `URI` and, for texts that it refuses, its older `URL` read them: Elasticsearch's `uri_parts` uses both.

import { isIPv6 } from 'node:net'

/** A part that the URI does not have is undefined. */
export interface UriParts {
  readonly scheme: string | undefined
  readonly userInfo: string | undefined
  readonly host: string | undefined
  readonly port: number | undefined
  readonly path: string | undefined
  readonly query: string | undefined
  readonly fragment: string | undefined
}

const NONE: UriParts = {
  scheme: undefined,
  userInfo: undefined,
  host: undefined,
  port: undefined,
  path: undefined,
  query: undefined,
  fragment: undefined,
}

/** Letters and digits of any script: Java allows them beside RFC 2396. A percent sign needs two hexadecimal digits. */
const ANY = String.raw`(?:%[0-9A-Fa-f]{2}|[\p{L}\p{N}\p{M}\p{So}\p{Sc}\-_.!~*'();:@&=+$,/?[\]])`
const PATH = new RegExp(String.raw`^(?:%[0-9A-Fa-f]{2}|[\p{L}\p{N}\p{M}\p{So}\p{Sc}\-_.!~*'();:@&=+$,/])*$`, 'u')
const ANY_TEXT = new RegExp(`^${ANY}*$`, 'u')
const REGISTRY_NAME = new RegExp(String.raw`^(?:%[0-9A-Fa-f]{2}|[\p{L}\p{N}\p{M}\-_.!~*'();:@&=+$,])+$`, 'u')
const USER_INFO = new RegExp(String.raw`^(?:%[0-9A-Fa-f]{2}|[\p{L}\p{N}\p{M}\-_.!~*'();:&=+$,])*$`, 'u')
const HOST = /^(?:\d+(?:\.\d+){3}|(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)*[a-z\d](?:[a-z\d-]*[a-z\d])?\.?)$/iu
/** In a name of several labels the last one begins with a letter. */
const DIGIT_LABEL = /\.\d[^.]*\.?$/u
const SERVER = /^(?:(?<user>[^@]*)@)?(?<host>\[[^\]]*\]|[^:]*)(?::(?<port>\d*))?$/u
/** Java reads a port as an `int`. */
const MAX_PORT = 2 ** 31 - 1
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/u
const URL_SCHEMES: ReadonlySet<string> = new Set(['http', 'https', 'ftp', 'file', 'jar', 'mailto', 'jrt', 'jmod'])

/** Undefined if Java reads the text neither as a URI nor as a URL. */
export function parseJavaUri(text: string): UriParts | undefined {
  return parseUri(text) ?? parseUrl(text)
}

/** Strict, and percent signs are decoded. */
function parseUri(text: string): UriParts | undefined {
  const [beforeFragment, fragment] = splitAt(text, text.indexOf('#'))
  if (fragment !== undefined && !ANY_TEXT.test(fragment)) return undefined
  const schemeEnd = /[:/?]/u.exec(beforeFragment)
  if (schemeEnd?.[0] !== ':') return parseHierarchical(beforeFragment, { ...NONE, fragment: decoded(fragment) })
  const scheme = beforeFragment.slice(0, schemeEnd.index)
  const rest = beforeFragment.slice(schemeEnd.index + 1)
  if (!SCHEME.test(scheme) || rest === '') return undefined
  const known = { ...NONE, scheme, fragment: decoded(fragment) }
  if (rest.startsWith('/')) return parseHierarchical(rest, known)
  return ANY_TEXT.test(rest) ? known : undefined
}

function parseHierarchical(text: string, known: UriParts): UriParts | undefined {
  const [beforeQuery, query] = splitAt(text, text.indexOf('?'))
  if (query !== undefined && !ANY_TEXT.test(query)) return undefined
  const [, authority, path = ''] = /^\/\/([^/]*)(.*)$/su.exec(beforeQuery) ?? [undefined, undefined, beforeQuery]
  if (!PATH.test(path)) return undefined
  const parts = { ...known, path: decoded(path), query: decoded(query) }
  if (authority === undefined) return parts
  const isEmpty = authority === ''
  if (isEmpty) return path === '' && query === undefined && known.fragment === undefined ? undefined : parts
  return withAuthority(authority, parts)
}

/** An authority that is not a host is a name of some registry: then there is no host. */
function withAuthority(authority: string, parts: UriParts): UriParts | undefined {
  const { user, host = '', port } = SERVER.exec(authority)?.groups ?? {}
  if (!isHost(host) || !USER_INFO.test(user ?? '') || Number(port ?? 0) > MAX_PORT)
    return REGISTRY_NAME.test(authority) ? parts : undefined
  return { ...parts, userInfo: decoded(user), host, port: portOf(port) }
}

function isHost(host: string): boolean {
  return isBracketed(host) || isName(host)
}

function isBracketed(host: string): boolean {
  return host.startsWith('[') && host.endsWith(']') && isIPv6(host.slice(1, -1))
}

function isName(host: string): boolean {
  return HOST.test(host) && (isIpv4(host) || !DIGIT_LABEL.test(host))
}

function isIpv4(host: string): boolean {
  return /^\d+(?:\.\d+){3}$/u.test(host) && host.split('.').every(octet => Number(octet) <= 255)
}

function portOf(digits: string | undefined): number | undefined {
  return digits === undefined || digits === '' ? undefined : Number(digits)
}

/** Lenient, and nothing is decoded. */
function parseUrl(text: string): UriParts | undefined {
  // oxlint-disable-next-line no-control-regex -- Java trims control characters as well
  const trimmed = text.replace(/^[\0-\x20]+/u, '').replace(/[\0-\x20]+$/u, '')
  const [, scheme = '', rest = ''] = /^(?:url:)?([A-Za-z][A-Za-z0-9+.-]*):(.*)$/isu.exec(trimmed) ?? []
  if (!URL_SCHEMES.has(scheme.toLowerCase())) return undefined
  if (scheme.toLowerCase() === 'mailto') return parseMailto(rest)
  if (scheme.toLowerCase() === 'jar' && !rest.includes('!/')) return undefined
  const [beforeFragment, fragment] = splitAt(rest, rest.indexOf('#'))
  const [beforeQuery, query] = splitAt(beforeFragment, beforeFragment.indexOf('?'))
  const parts = { ...NONE, scheme: scheme.toLowerCase(), query, fragment }
  const [, authority, path = ''] = /^\/\/(?!\/\/)([^/]*)(.*)$/su.exec(beforeQuery) ?? [
    undefined,
    undefined,
    beforeQuery,
  ]
  if (authority === undefined) return { ...parts, host: '', path }
  return withUrlAuthority(authority, { ...parts, path })
}

/** All of it is the path, slashes included; a fragment is cut off, and the last question mark counts. */
function parseMailto(rest: string): UriParts | undefined {
  const [address] = splitAt(rest, rest.indexOf('#'))
  if (/^\s*$/u.test(address)) return undefined
  const [path, query] = splitAt(address, address.lastIndexOf('?'))
  return { ...NONE, scheme: 'mailto', host: '', path, query }
}

function withUrlAuthority(authority: string, parts: UriParts): UriParts | undefined {
  // Java's reading of two at signs: such an authority is not a server's.
  if (authority.split('@').length > 2) return { ...parts, host: '' }
  const [user, server] = authority.includes('@') ? splitAt(authority, authority.indexOf('@')) : [undefined, authority]
  const { host, port } = /^(?<host>\[[^\]]*\]|[^:[][^:]*|)(?::(?<port>\d*))?$/u.exec(server ?? '')?.groups ?? {}
  if (host === undefined || Number(port ?? 0) > MAX_PORT) return undefined
  // The zone of an address, behind a per cent sign, may be any text.
  if (host.startsWith('[') && !isBracketed(host.replace(/%.*\]$/su, ']'))) return undefined
  return { ...parts, userInfo: user, host, port: portOf(port) }
}

function splitAt(text: string, index: number): readonly [string, string | undefined] {
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)]
}

function decoded<Text extends string | undefined>(text: Text): Text {
  if (text === undefined || !text.includes('%')) return text
  return text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/gu, decodedRun) as Text
}

function decodedRun(run: string): string {
  return Buffer.from(run.replaceAll('%', ''), 'hex').toString()
}
