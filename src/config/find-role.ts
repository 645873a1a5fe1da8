import { describeNode, positionOf } from './text/json-node.ts'
import type { JsonNode, Member } from './text/json-node.ts'
import { findNearest } from './text/nearest-word.ts'
import { ConfigError } from './text/problem.ts'
import type { Problem } from './text/problem.ts'
import type { AgentConfig } from './schema/agent-schema.ts'
import type { CollectorConfig } from './schema/collector-schema.ts'
import type { Role } from './settings.ts'

/** The keys that only one of the roles has. */
const ROLE_OF_KEY: Readonly<Partial<Record<string, Role>>> = {
  files: 'agent',
  network: 'agent',
  listen: 'collector',
  store: 'collector',
} satisfies Partial<Record<keyof AgentConfig | keyof CollectorConfig, Role>>

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
  if (agent !== undefined && collector !== undefined) throw makeMixedError(agent, collector)
  // A collector may be the authority too.
  const telling = agent ?? collector ?? members.find(({ key }) => key.toLowerCase() === 'ca')
  if (telling === undefined) return expected ?? guessRole(members, path)
  const role = roleOf(telling) ?? 'ca'
  if (expected !== undefined && role !== expected) throw makeOtherRoleError(telling, role, path)
  return role
}

function membersOf(node: JsonNode): readonly Member[] {
  if (node.kind === 'object') return node.members
  const message = `expected an object in braces with the settings, found ${describeNode(node)}`
  throw new ConfigError([{ position: positionOf(node.place), message }])
}

function roleOf({ key }: Member): Role | undefined {
  return Object.hasOwn(ROLE_OF_KEY, key.toLowerCase()) ? ROLE_OF_KEY[key.toLowerCase()] : undefined
}

/** By what was perhaps misspelt. */
function guessRole(members: readonly Member[], path: string): Role {
  const nearest = members.map(({ key }) => findNearest(key, Object.keys(ROLE_OF_KEY))).find(key => key !== undefined)
  if (nearest !== undefined) return ROLE_OF_KEY[nearest] ?? 'agent'
  throw new ConfigError([
    {
      message: `${path} has neither "files" nor "listen": an agent's configuration has "network" and "files", a collector's has "listen"`,
    },
  ])
}

function makeMixedError(agent: Member, collector: Member): ConfigError {
  const message = `"${agent.key}" is a setting of agents and "${collector.key}" one of collectors; make a file for each of them`
  return new ConfigError([problemAt(collector, message)])
}

function makeOtherRoleError(telling: Member, role: Role, path: string): ConfigError {
  const { whose, command } = NAMES[role]
  const message = `"${telling.key}" shows that this is ${whose} configuration; run: forwarder ${command} --config ${path}`
  return new ConfigError([problemAt(telling, message)])
}

function problemAt({ keyPlace }: Member, message: string): Problem {
  return { position: positionOf(keyPlace), message }
}
