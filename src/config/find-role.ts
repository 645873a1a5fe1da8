import { describeNode, positionOf } from './text/json-node.ts'
import type { JsonNode, Member } from './text/json-node.ts'
import { findNearest } from './text/nearest-word.ts'
import { ConfigError } from './text/problem.ts'
import type { Problem } from './text/problem.ts'
import type { Role } from './settings.ts'

/** The keys that only one of the roles has. */
const TELLING: Readonly<Record<string, Role>> = {
  files: 'agent',
  network: 'agent',
  listen: 'collector',
  store: 'collector',
}

const NAMES: Readonly<Record<Role, { readonly whose: string; readonly command: string }>> = {
  agent: { whose: "an agent's", command: 'agent' },
  collector: { whose: "a collector's", command: 'collector' },
  ca: { whose: "an authority's", command: 'ca serve' },
}

/** Whose configuration it is. Throws a ConfigError where the keys do not tell, or tell both. */
export function findRole(nodes: readonly JsonNode[], expected: Role | undefined, path: string): Role {
  const members = nodes.flatMap(node => membersOf(node))
  const agent = members.find(member => roleOf(member) === 'agent')
  const collector = members.find(member => roleOf(member) === 'collector')
  if (agent !== undefined && collector !== undefined) throw mixed(agent, collector)
  // A collector may be the authority too.
  const telling = agent ?? collector ?? members.find(({ key }) => key.toLowerCase() === 'ca')
  if (telling === undefined) return expected ?? guessRole(members, path)
  const role = roleOf(telling) ?? 'ca'
  if (expected !== undefined && role !== expected) throw otherRole(telling, role, path)
  return role
}

function membersOf(node: JsonNode): readonly Member[] {
  if (node.kind === 'object') return node.members
  const message = `expected an object in braces with the settings, found ${describeNode(node)}`
  throw new ConfigError([{ position: positionOf(node.place), message }])
}

function roleOf({ key }: Member): Role | undefined {
  return Object.hasOwn(TELLING, key.toLowerCase()) ? TELLING[key.toLowerCase()] : undefined
}

/** By what was perhaps misspelt. */
function guessRole(members: readonly Member[], path: string): Role {
  const nearest = members.map(({ key }) => findNearest(key, Object.keys(TELLING))).find(key => key !== undefined)
  if (nearest !== undefined) return TELLING[nearest] ?? 'agent'
  throw new ConfigError([
    {
      message: `${path} has neither "files" nor "listen": an agent's configuration has "network" and "files", a collector's has "listen"`,
    },
  ])
}

function mixed(agent: Member, collector: Member): ConfigError {
  const message = `there is "${agent.key}", which is an agent's, and "${collector.key}", which is a collector's; make a file for each of them`
  return new ConfigError([problemAt(collector, message)])
}

function otherRole(telling: Member, role: Role, path: string): ConfigError {
  const { whose, command } = NAMES[role]
  const message = `"${telling.key}" shows that this is ${whose} configuration; run: forwarder ${command} --config ${path}`
  return new ConfigError([problemAt(telling, message)])
}

function problemAt({ keyPlace }: Member, message: string): Problem {
  return { position: positionOf(keyPlace), message }
}
