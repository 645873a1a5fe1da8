import { checkStateDir } from './checks/common-checks.ts'
import { checkStore } from './checks/collector-checks.ts'
import type { Incomplete } from './checks/check-report.ts'
import type { Definition } from './role-definition.ts'
import { agentSchema, validateAgent } from './schema/compiled/agent.ts'
import { collectorSchema, validateCollector } from './schema/compiled/collector.ts'
import type { CollectorConfig } from './schema/collector-schema.ts'
import { type SchemaNode, canonicalKey } from './schema/schema-node.ts'
import { makeDeadLetterSettings, makeStoreSettings } from './make-settings/collector-settings.ts'
import { makeStateDir } from './make-settings/common-settings.ts'
import type { DeadLetterSettings, Role, StoreSettings } from './settings.ts'
import { type JsonNode, type Member, positionOf } from './text/json-node.ts'
import { findNearest } from '../flow/nearest-word.ts'
import type { Position, Problem } from './text/problem.ts'
import type { Documents } from './text/read-documents.ts'

type Key = keyof CollectorConfig
type WholeSchema = SchemaNode & Required<Pick<SchemaNode, 'properties'>>

/** What a command reads of the configuration of a role, so that a problem in the rest of it does not stop the command. */
export interface Part<Result> {
  readonly role: Role
  /** Of the whole configuration. */
  readonly whole: WholeSchema
  /** At the top of the configuration. */
  readonly keys: readonly Key[]
  readonly definition: Definition<Result>
}

type Choice = Pick<Part<unknown>, 'keys' | 'whole'>

const STORE_KEYS = ['store', 'stateDir', 'include'] as const
const STATE_DIR_KEYS = ['stateDir', 'include'] as const

export const storePart: Part<StoreSettings> = {
  role: 'collector',
  whole: collectorSchema,
  keys: STORE_KEYS,
  definition: {
    schema: pick(collectorSchema, STORE_KEYS),
    validator: validateCollector,
    check(config, report, context) {
      const { store } = config as Incomplete<CollectorConfig>
      const auth = checkStore(store, report)
      if (store?.type === 'embedded' && store.path === undefined) checkStateDir('collector', context, report)
      if (store?.type === 'elasticsearch' && store.hosts === undefined)
        report.noteMissing(
          ['store', 'hosts'],
          'a list such as ["https://es1:9200"]; only a collector finds hosts in etcd',
        )
      return () => {
        const known = config as CollectorConfig
        return makeStoreSettings(known.store, {
          auth,
          context,
          stateDir: () => makeStateDir(known, 'collector', context),
        })
      }
    },
  },
}

export const agentStateDirPart = makeStateDirPart('agent', agentSchema)
export const collectorStateDirPart = makeStateDirPart('collector', collectorSchema)

const DEAD_LETTER_KEYS = ['deadLetters', 'stateDir', 'include'] as const

/** Where the dead letters of a collector are. */
export const deadLettersPart: Part<DeadLetterSettings & { readonly stateDir: string }> = {
  role: 'collector',
  whole: collectorSchema,
  keys: DEAD_LETTER_KEYS,
  definition: {
    schema: pick(collectorSchema, DEAD_LETTER_KEYS),
    validator: validateCollector,
    check(config, report, context) {
      checkStateDir('collector', context, report)
      return () => {
        const known = config as CollectorConfig
        const stateDir = makeStateDir(known, 'collector', context)
        return { ...makeDeadLetterSettings(known.deadLetters, stateDir, context), stateDir }
      }
    },
  },
}

function makeStateDirPart(role: 'agent' | 'collector', whole: WholeSchema): Part<string> {
  return {
    role,
    whole,
    keys: STATE_DIR_KEYS,
    definition: {
      schema: pick(whole, STATE_DIR_KEYS),
      validator: role === 'agent' ? validateAgent : validateCollector,
      check(config, report, context) {
        checkStateDir(role, context, report)
        return () => makeStateDir(config as Pick<CollectorConfig, 'stateDir'>, role, context)
      },
    },
  }
}

function pick(whole: WholeSchema, keys: readonly Key[]): SchemaNode {
  const { properties, required = [] } = whole
  const picked = Object.entries(properties).filter(([key]) => isOneOf(key, keys))
  const still = required.filter(key => isOneOf(key, keys))
  return { ...whole, properties: Object.fromEntries(picked), required: still }
}

/**
 * Leaves out the settings under other keys, with the variables in them. A key that may be a misspelt one of these stays, and
 * so do mistakes of syntax, after which the place of a setting is unknown.
 */
export function narrow(documents: Documents, part: Choice): Documents {
  const members = documents.nodes.flatMap(node => membersOf(node))
  const isPart = ({ position }: Problem) => {
    const member = position && memberAt(position, members)
    return member === undefined || isWanted(member, part)
  }
  return {
    ...documents,
    nodes: documents.nodes.map(node => keepMembers(node, part)),
    unresolved: documents.unresolved.filter(isPart),
    warnings: documents.warnings.filter(isPart),
  }
}

function membersOf(node: JsonNode): readonly Member[] {
  return node.kind === 'object' ? node.members : []
}

function keepMembers(node: JsonNode, part: Choice): JsonNode {
  return node.kind === 'object' ? { ...node, members: node.members.filter(member => isWanted(member, part)) } : node
}

function isWanted({ key }: Member, { keys, whole }: Choice): boolean {
  const known = Object.keys(whole.properties)
  return isOneOf(canonicalKey(whole, key) ?? findNearest(key, known), keys)
}

function isOneOf(key: string | undefined, keys: readonly string[]): boolean {
  return key !== undefined && keys.includes(key)
}

/** The last one that begins at the position or before it, in the same file. */
function memberAt({ file, line, column }: Position, members: readonly Member[]): Member | undefined {
  return members.findLast(({ keyPlace }) => {
    const start = positionOf(keyPlace)
    return start.file === file && (start.line < line || (start.line === line && start.column <= column))
  })
}
