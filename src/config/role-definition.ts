import { checkAgent } from './checks/agent-checks.ts'
import { agentSchema, validateAgent } from './schema/compiled/agent.ts'
import type { AgentConfig } from './schema/agent-schema.ts'
import { toAgentSettings } from './make-settings/agent-settings.ts'
import { authoritySchema, validateAuthority } from './schema/compiled/authority.ts'
import type { AuthorityFileConfig } from './schema/ca-serve-schema.ts'
import { toCaSettings } from './make-settings/ca-serve-settings.ts'
import { checkCollector } from './checks/collector-checks.ts'
import { collectorSchema, validateCollector } from './schema/compiled/collector.ts'
import type { CollectorConfig } from './schema/collector-schema.ts'
import { toCollectorSettings } from './make-settings/collector-settings.ts'
import { checkMetrics, checkStateDir } from './checks/common-checks.ts'
import { checkAuthorityFile } from './checks/discovery-and-trust-checks.ts'
import type { Incomplete, CheckReport } from './checks/check-report.ts'
import type { SchemaNode } from './schema/schema-node.ts'
import type { Validator } from './schema/validate.ts'
import type { Role, Settings } from './settings.ts'
import type { ProcessContext } from './values/process-context.ts'

/** How a whole configuration, or a part of it, is read. */
export interface Definition<Result> {
  readonly schema: SchemaNode
  /** Of the whole configuration of the role. */
  readonly validator: Validator
  /**
   * Reports problems. The returned function makes the settings; it may be called only if no problem was found, here or
   * before.
   */
  check(config: unknown, report: CheckReport, context: ProcessContext): () => Result
}

const agentDefinition: Definition<Settings> = {
  schema: agentSchema,
  validator: validateAgent,
  check(config, report, context) {
    const secrets = checkAgent(config as Incomplete<AgentConfig>, report)
    checkStateDir('agent', context, report)
    return () => toAgentSettings(config as AgentConfig, secrets, context)
  },
}

const collectorDefinition: Definition<Settings> = {
  schema: collectorSchema,
  validator: validateCollector,
  check(config, report, context) {
    const secrets = checkCollector(config as Incomplete<CollectorConfig>, report)
    checkStateDir('collector', context, report)
    return () => toCollectorSettings(config as CollectorConfig, secrets, context)
  },
}

const authorityDefinition: Definition<Settings> = {
  schema: authoritySchema,
  validator: validateAuthority,
  check(config, report, context) {
    const file = config as Incomplete<AuthorityFileConfig>
    checkMetrics(file.metrics?.listen, report)
    const secrets = checkAuthorityFile(file, report)
    return () => toCaSettings(config as AuthorityFileConfig, secrets, context)
  },
}

const DEFINITIONS: Readonly<Record<Role, Definition<Settings>>> = {
  agent: agentDefinition,
  collector: collectorDefinition,
  ca: authorityDefinition,
}

export function definitionOf(role: Role): Definition<Settings> {
  return DEFINITIONS[role]
}
