import { fingerprintCommand, listCertificatesCommand } from './ca/list-and-fingerprint-commands.ts'
import { revokeCommand } from './ca/revoke-command.ts'
import {
  CA_GROUPS,
  createAuthorityCommand,
  issueClientCommand,
  issueServerCommand,
} from './ca/create-issue-commands.ts'
import { rolloverCommands } from './ca/rollover-commands.ts'
import { createTokenCommand, listTokensCommand, revokeTokenCommand } from './ca/token-commands.ts'
import { checkCommand } from './check/check-command.ts'
import { createCompletionCommand } from './completion/completion-command.ts'
import { DEAD_LETTERS_GROUP, deadLettersCommands } from './dead-letters/dead-letters-commands.ts'
import { demoCommand } from './demo-command.ts'
import { formatsCommand } from './formats-command.ts'
import { PIPELINE_GROUP, pipelineCommands } from './pipeline/pipeline-commands.ts'
import {
  MIGRATE_GROUP,
  migrateFilebeatCommand,
  migrateLogstashCommand,
  migratePipelineCommand,
} from './migrate-commands.ts'
import type { Command, CommandSet } from './program/command-contract.ts'
import { agentCommand } from './role/agent-command.ts'
import { serveAuthorityCommand } from './role/ca-serve-command.ts'
import { collectorCommand } from './role/collector-command.ts'
import { drainCommand } from './role/drain-command.ts'
import { showStateCommand, STATE_GROUP } from './state/state-show-command.ts'
import { searchCommand } from './search/search-command.ts'

/** Every subcommand, in the order of the help. */
const COMMANDS: readonly Command[] = [
  agentCommand,
  collectorCommand,
  drainCommand,
  checkCommand,
  searchCommand,
  ...pipelineCommands,
  formatsCommand,
  ...deadLettersCommands,
  showStateCommand,
  demoCommand,
  createAuthorityCommand,
  serveAuthorityCommand,
  issueServerCommand,
  issueClientCommand,
  createTokenCommand,
  listTokensCommand,
  revokeTokenCommand,
  listCertificatesCommand,
  revokeCommand,
  ...rolloverCommands,
  fingerprintCommand,
  migrateLogstashCommand,
  migrateFilebeatCommand,
  migratePipelineCommand,
  createCompletionCommand(() => COMMAND_SET),
]

export const COMMAND_SET: CommandSet = {
  commands: COMMANDS,
  groups: [...CA_GROUPS, MIGRATE_GROUP, STATE_GROUP, DEAD_LETTERS_GROUP, PIPELINE_GROUP],
  main: 'agent',
}
