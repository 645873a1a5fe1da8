import { agentCommand } from './role/agent-command.ts'
import { fingerprintCommand, listCertificatesCommand, revokeCommand } from './ca/authority-commands.ts'
import { serveAuthorityCommand } from './role/ca-serve-command.ts'
import {
  certificateGroups,
  createAuthorityCommand,
  issueClientCommand,
  issueServerCommand,
} from './ca/certificate-commands.ts'
import { checkCommand } from './check/check-command.ts'
import { collectorCommand } from './role/collector-command.ts'
import type { Command } from './program/command.ts'
import { completionCommand } from './completion/completion-command.ts'
import { demoCommand } from './demo-command.ts'
import { drainCommand } from './role/drain-command.ts'
import { migrateFilebeatCommand, migrateGroup, migrateLogstashCommand } from './migrate-commands.ts'
import type { ProgramParts } from './program/program.ts'
import { rolloverCommands } from './ca/rollover-commands.ts'
import { searchCommand } from './search/search-command.ts'
import { createTokenCommand, listTokensCommand, revokeTokenCommand } from './ca/token-commands.ts'

/** Every subcommand, in the order of the help. */
const commands: readonly Command[] = [
  agentCommand,
  collectorCommand,
  drainCommand,
  checkCommand,
  searchCommand,
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
  completionCommand,
]

/** All that the command line offers: it, its help, the manual and the completion of shells are made from this. */
export const parts: ProgramParts = { commands, groups: [...certificateGroups, migrateGroup], main: 'agent' }
