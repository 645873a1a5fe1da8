import { checkAgent } from './checks/agent-checks.ts'
import { agentSchema } from './schema/agent-schema.ts'
import type { AgentConfig } from './schema/agent-schema.ts'
import { toAgentSettings } from './settings/agent-settings.ts'
import { authoritySchema } from './schema/authority-schema.ts'
import type { AuthorityFileConfig } from './schema/authority-schema.ts'
import { toCaSettings } from './settings/authority-settings.ts'
import { checkCollector } from './checks/collector-checks.ts'
import { collectorSchema } from './schema/collector-schema.ts'
import type { CollectorConfig } from './schema/collector-schema.ts'
import { toCollectorSettings } from './settings/collector-settings.ts'
import { checkMetrics } from './checks/common-checks.ts'
import { checkAuthorityFile } from './checks/discovery-checks.ts'
import type { Incomplete, CheckReport } from './checks/check-report.ts'
import type { SchemaNode } from './schema/schema-node.ts'
import type { Role, Settings } from './settings.ts'
import type { ProcessContext } from './values/process-context.ts'

export interface RoleDefinition {
  readonly schema: SchemaNode
  /**
   * Reports problems. The returned function makes the settings; it may be called only if no problem was found, here or
   * before.
   */
  check(config: unknown, report: CheckReport): (context: ProcessContext) => Settings
}

const agentDefinition: RoleDefinition = {
  schema: agentSchema as SchemaNode,
  check(config, report) {
    const secrets = checkAgent(config as Incomplete<AgentConfig>, report)
    return context => toAgentSettings(config as AgentConfig, secrets, context)
  },
}

const collectorDefinition: RoleDefinition = {
  schema: collectorSchema,
  check(config, report) {
    const secrets = checkCollector(config as Incomplete<CollectorConfig>, report)
    return context => toCollectorSettings(config as CollectorConfig, secrets, context)
  },
}

const authorityDefinition: RoleDefinition = {
  schema: authoritySchema,
  check(config, report) {
    const file = config as Incomplete<AuthorityFileConfig>
    checkMetrics(file.metrics?.listen, report)
    const secrets = checkAuthorityFile(file, report)
    return context => toCaSettings(config as AuthorityFileConfig, secrets, context)
  },
}

const DEFINITIONS: Readonly<Record<Role, RoleDefinition>> = {
  agent: agentDefinition,
  collector: collectorDefinition,
  ca: authorityDefinition,
}

export function definitionOf(role: Role): RoleDefinition {
  return DEFINITIONS[role]
}
