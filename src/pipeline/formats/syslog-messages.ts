// Messages of sshd, sudo, cron and PAM, as fields. A message of another form stays as it is: programs have many.
import type { WrittenProcessor } from './format.ts'
import { grokWith, when, withOptions } from './steps.ts'

interface Message {
  /** Cheap: the name of the program, and the first words. */
  readonly condition: string
  readonly pattern: string
  /** A field that only a match fills. */
  readonly evidence: string
  /** What has happened, if the pattern matched. */
  readonly facts: Readonly<Record<string, string | readonly string[]>>
}

const DEFINITIONS = { VALUE: String.raw`[^ \n]+`, PORT: '[0-9]+', ADDRESS: '[0-9A-Fa-f:.]+', NAME: String.raw`[^\n]*?` }

const isSshd = "(ctx.process?.name == 'sshd' || ctx.process?.name == 'sshd-session')"
const isCron = "(ctx.process?.name == 'CRON' || ctx.process?.name == 'cron' || ctx.process?.name == 'crond')"

const peer = '%{VALUE:source.address} port %{PORT:source.port:long}'
const login = { 'event.category': ['authentication'], 'event.type': ['start'], 'event.action': 'ssh_login' }

const MESSAGES: readonly Message[] = [
  {
    condition: `${isSshd} && ctx.message.startsWith('Accepted ')`,
    evidence: 'ctx.system?.auth?.ssh?.method',
    pattern: `Accepted %{VALUE:system.auth.ssh.method} for %{NAME:user.name} from ${peer}(?: ssh2)?(?:: %{LINE:system.auth.ssh.signature})?`,
    facts: { ...login, 'event.outcome': 'success', 'system.auth.ssh.event': 'Accepted' },
  },
  {
    condition: `${isSshd} && ctx.message.startsWith('Failed ')`,
    evidence: 'ctx.system?.auth?.ssh?.method',
    pattern: `Failed %{VALUE:system.auth.ssh.method} for (?:invalid user )?%{NAME:user.name} from ${peer}(?: ssh2)?(?:: %{LINE:system.auth.ssh.signature})?`,
    facts: { ...login, 'event.outcome': 'failure', 'system.auth.ssh.event': 'Failed' },
  },
  {
    condition: `${isSshd} && ctx.message.startsWith('Invalid user ')`,
    evidence: 'ctx.source?.address',
    pattern: `Invalid user %{NAME:user.name} from ${peer}`,
    facts: { ...login, 'event.outcome': 'failure', 'system.auth.ssh.event': 'Invalid' },
  },
  {
    condition: `${isSshd} && (ctx.message.startsWith('Connection closed ') || ctx.message.startsWith('Connection reset ') || ctx.message.startsWith('Disconnect') || ctx.message.startsWith('Received disconnect'))`,
    evidence: 'ctx.source?.address',
    pattern: String.raw`[A-Z][a-z]+(?: (?:closed|reset|disconnect|from|by))+ (?:(?:(?:invalid|authenticating) )?user (?<user.name>[^\n]*?) )?%{ADDRESS:source.address} port %{PORT:source.port:long}%{LINE}`,
    facts: { 'event.category': ['session'], 'event.type': ['end'], 'event.action': 'ssh_disconnect' },
  },
  {
    condition: "ctx.process?.name == 'sudo' && ctx.message.contains(' COMMAND=')",
    evidence: 'ctx.system?.auth?.sudo?.command',
    pattern: String.raw` *(?<user.name>[^ ]+) : (?:(?<system.auth.sudo.error>[^;=\n]*) ; )?(?:TTY=(?<system.auth.sudo.tty>[^;\n]+) ; )?(?:PWD=(?<system.auth.sudo.pwd>[^;\n]+) ; )?USER=(?<user.effective.name>[^;\n]+) ; (?:[A-Z]+=[^;\n]+ ; )*COMMAND=%{LINE:system.auth.sudo.command}`,
    facts: { 'event.category': ['process'], 'event.type': ['start'], 'event.action': 'sudo' },
  },
  {
    condition: "ctx.message.startsWith('pam_unix(')",
    evidence: 'ctx.system?.auth?.pam?.session',
    pattern: String.raw`pam_unix\((?<system.auth.pam.service>[^)\n]+)\): session (?<system.auth.pam.session>opened|closed) for user (?<user.name>[^ (\n]+)%{LINE}`,
    facts: { 'event.category': ['session'], 'event.action': 'session' },
  },
  {
    condition: "ctx.message.startsWith('pam_unix(') && ctx.message.contains('authentication failure')",
    evidence: 'ctx.system?.auth?.pam?.service',
    pattern: String.raw`pam_unix\((?<system.auth.pam.service>[^)\n]+)\): authentication failure; %{LINE} rhost=(?<source.address>[^ \n]*)(?: +user=(?<user.name>[^ \n]+))? *`,
    facts: { 'event.category': ['authentication'], 'event.outcome': 'failure' },
  },
  {
    condition: `${isCron} && ctx.message.contains(') CMD (')`,
    evidence: 'ctx.process?.command_line',
    pattern: String.raw`\((?<user.name>[^)\n]+)\) CMD \((?:\[[0-9]+\] )?%{LINE:process.command_line}\)`,
    facts: { 'event.category': ['process'], 'event.type': ['start'], 'event.action': 'cron_job' },
  },
]

export const messageSteps: readonly WrittenProcessor[] = MESSAGES.flatMap(({ condition, evidence, pattern, facts }) => [
  when(condition, withOptions(grokWith(DEFINITIONS, 'message', pattern), { ignore_failure: true })),
  ...Object.entries(facts).map(([field, value]) =>
    when(`${condition} && ${evidence} != null`, { set: { field, value } }),
  ),
])
