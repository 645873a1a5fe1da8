import { describeNode, positionOf } from './text/json-node.ts'
import type { JsonNode, Member } from './text/json-node.ts'
import { findNearest } from '../flow/nearest-word.ts'
import { ConfigError } from './text/problem.ts'
import type { Problem } from './text/problem.ts'
import type { AgentConfig } from './schema/agent-schema.ts'
import type { CollectorConfig } from './schema/collector-schema.ts'
import type { Role } from './settings.ts'

/** The keys that show the role. */
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

/** Finds the role of a configuration by its keys. Throws a ConfigError if they show no role, or two. */
export function findRole(nodes: readonly JsonNode[], expected: Role | undefined, path: string): Role {
  const members = nodes.flatMap(node => membersOf(node))
  const agent = members.find(member => roleOf(member) === 'agent')
  const collector = members.find(member => roleOf(member) === 'collector')
  if (agent !== undefined && collector !== undefined) throw makeMixedError(agent, collector)
  // A collector may also be the authority.
  const decisive = agent ?? collector ?? members.find(({ key }) => key.toLowerCase() === 'ca')
  if (decisive === undefined) return expected ?? guessRole(members, path)
  const role = roleOf(decisive) ?? 'ca'
  if (expected !== undefined && role !== expected) throw makeOtherRoleError(decisive, role, path)
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

/** By the nearest key, which was perhaps misspelt. */
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

function makeOtherRoleError(decisive: Member, role: Role, path: string): ConfigError {
  const { whose, command } = NAMES[role]
  const message = `"${decisive.key}" shows that this is ${whose} configuration; run: forwarder ${command} --config ${path}`
  return new ConfigError([problemAt(decisive, message)])
}

function problemAt({ keyPlace }: Member, message: string): Problem {
  return { position: positionOf(keyPlace), message }
}
