import { isIP } from 'node:net'

/** A command with more names than that is for a file. */
const MAX_NAMES = 8
/** Others are no names of hosts, and not to be pasted into a shell. */
const PLAIN = /^[\p{L}\p{N}_](?:[\p{L}\p{N}._:@-]*[\p{L}\p{N}_])?$/u
const WILDCARD = /^\*(?:\.[\p{L}\p{N}_-]+)+$/u

/** The command that makes a server's certificate for these names and addresses; DIR is where the authority is. */
export function issueServerCommand(names: readonly string[]): string {
  const words = pasteable(names).map(([name, word]) => ` --${isIP(name) === 0 ? 'host' : 'ip'} ${word}`)
  return `forwarder ca issue server --dir DIR${words.length === 0 ? ' --host NAME' : words.join('')}`
}

export function issueClientCommand(name?: string): string {
  const [first] = pasteable(name === undefined ? [] : [name])
  return `forwarder ca issue client --dir DIR ${first?.[1] ?? 'NAME'}`
}

/** Where certificates come by enrolment. */
export function tokenCommand(kind: 'agent' | 'collector', names: readonly string[]): string {
  const words = pasteable(names).map(([, word]) => ` --name ${word}`)
  return `forwarder ca token create --dir DIR --for ${kind}${words.length === 0 ? ' --name NAME' : words.join('')}`
}

/** Each name with the word that stands for it in a shell. A certificate may come from anybody: what is odd is left out. */
function pasteable(names: readonly string[]): (readonly [string, string])[] {
  const unique = [...new Set(names)]
  const few = unique.length > MAX_NAMES ? unique.slice(0, 1) : unique
  return few.flatMap(name => {
    if (WILDCARD.test(name)) return [[name, `'${name}'`] as const]
    return PLAIN.test(name) || isIP(name) !== 0 ? [[name, name] as const] : []
  })
}
