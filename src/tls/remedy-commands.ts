import { isIP } from 'node:net'

/** A command shows at most this many names. */
const MAX_NAMES = 8
/** Any other text is not a host name, and must not be pasted into a shell. */
const PLAIN = /^[\p{L}\p{N}_](?:[\p{L}\p{N}._:@-]*[\p{L}\p{N}_])?$/u
const WILDCARD = /^\*(?:\.[\p{L}\p{N}_-]+)+$/u

export function issueServerCommand(names: readonly string[]): string {
  const words = pasteable(names).map(([name, word]) => ` --${isIP(name) === 0 ? 'host' : 'ip'} ${word}`)
  return `forwarder ca issue server --dir DIR${words.length === 0 ? ' --host NAME' : words.join('')}`
}

export function issueClientCommand(name?: string): string {
  const [first] = pasteable(name === undefined ? [] : [name])
  return `forwarder ca issue client --dir DIR ${first?.[1] ?? 'NAME'}`
}

export function tokenCommand(kind: 'agent' | 'collector', names: readonly string[]): string {
  const words = pasteable(names).map(([, word]) => ` --name ${word}`)
  return `forwarder ca token create --dir DIR --for ${kind}${words.length === 0 ? ' --name NAME' : words.join('')}`
}

/** Each name with its word for a shell. A certificate may have any author: unusual names are left out. */
function pasteable(names: readonly string[]): (readonly [string, string])[] {
  const unique = [...new Set(names)]
  const few = unique.length > MAX_NAMES ? unique.slice(0, 1) : unique
  return few.flatMap(name => {
    if (WILDCARD.test(name)) return [[name, `'${name}'`] as const]
    return PLAIN.test(name) || isIP(name) !== 0 ? [[name, name] as const] : []
  })
}
