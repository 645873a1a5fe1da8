import { ConfigError, formatProblem } from '../../config/text/problem.ts'
import type { LoadedConfig } from '../../config/load.ts'
import type { Role, Settings } from '../../config/settings.ts'
import { type Attempt, formatAttempt } from './connect/attempt.ts'
import type { Command, Terminal } from '../program/command-contract.ts'
import { CONFIG_OPTION, requiredOption } from '../program/option-values.ts'
import { EXIT } from '../program/exit-codes.ts'
import type { ExitCode } from '../program/exit-codes.ts'
import type { Finding, Inspection, SummaryRow } from './check-result.ts'

export const checkCommand: Command = {
  name: 'check',
  summary: 'check a configuration of any role: report its errors, or describe its effect',
  options: [
    CONFIG_OPTION,
    {
      flags: '--connect',
      help: 'also try the connections that the role makes: names, ports, certificates, etcd, the store',
    },
  ],
  examples: [
    'forwarder check --config /etc/forwarder/forwarder.json && systemctl restart forwarder',
    'forwarder check --config /etc/forwarder/forwarder.json --connect',
  ],
  async run(input) {
    const path = requiredOption(input, 'config')
    const loaded = await tryToLoad(path)
    if (loaded instanceof ConfigError) return refuse(loaded.problems.length, loaded.message, input.terminal)
    const { summary, findings } = await inspect(loaded.settings)
    const odd = loaded.warnings.map(problem => ({ severity: 'warning' as const, message: formatProblem(problem) }))
    const attempts = input.options['connect'] === true ? await connect(loaded.settings) : []
    const outcome = { path, role: loaded.settings.role, summary, attempts }
    return report({ ...outcome, findings: [...odd, ...findings] }, input.terminal)
  },
}

async function tryToLoad(path: string) {
  const { loadConfig } = await import('../../config/load.ts')
  try {
    const config = loadConfig(path)
    await checkProcessors(config)
    return config
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

/** Throws a ConfigError. They are loaded only where there is a pipeline. */
async function checkProcessors({ settings, ...config }: LoadedConfig): Promise<void> {
  if (settings.role !== 'collector' || (settings.pipeline ?? settings.pipelines) === undefined) return
  const { checkPipelines } = await import('../../config/pipelines/check-pipelines.ts')
  checkPipelines({ ...config, settings })
}

async function inspect(settings: Settings): Promise<Inspection> {
  if (settings.role === 'agent') return (await import('./check-agent.ts')).inspectAgent(settings)
  if (settings.role === 'ca') return (await import('./check-authority-and-etcd.ts')).inspectCa(settings)
  return (await import('./check-collector.ts')).inspectCollector(settings)
}

/** Tries what the role would do over the network. Works while the services run; delivers and stores nothing. */
async function connect(settings: Settings): Promise<readonly Attempt[]> {
  if (settings.role === 'agent') return await (await import('./connect/connect-agent.ts')).connectAgent(settings)
  const { connectAuthority, connectCollector } = await import('./connect/connect-collector.ts')
  return settings.role === 'ca' ? await connectAuthority(settings) : await connectCollector(settings)
}

const ROLE_NAMES: Readonly<Record<Role, string>> = { agent: 'an agent', collector: 'a collector', ca: 'an authority' }

interface Outcome {
  readonly path: string
  readonly role: Role
  readonly summary: readonly SummaryRow[]
  readonly findings: readonly Finding[]
  readonly attempts: readonly Attempt[]
}

function report({ path, role, summary, attempts, ...outcome }: Outcome, { out, err }: Terminal): ExitCode {
  const findings = [...outcome.findings, ...attempts.flatMap(attempt => toFinding(attempt, outcome.findings))]
  const good = attempts.filter(attempt => attempt.outcome === 'ok').map(attempt => `${formatAttempt(attempt)}\n`)
  const errors = findings.filter(({ severity }) => severity === 'error')
  const warnings = findings.filter(({ severity }) => severity === 'warning')
  for (const { message } of warnings) err.write(`warning: ${message}\n`)
  if (errors.length > 0) {
    out.write(good.join(''))
    return refuse(errors.length, errors.map(({ message }) => message).join('\n'), { out, err })
  }
  out.write(`OK: ${path} is a valid configuration for ${ROLE_NAMES[role]}\n${formatRows(summary)}${good.join('')}`)
  return EXIT.done
}

/** A file that cannot be used is reported once, and not again for each server. */
function toFinding(attempt: Attempt, reported: readonly Finding[]): Finding[] {
  const { outcome, text } = attempt
  return outcome === 'ok' || reported.some(({ message }) => message === text)
    ? []
    : [{ severity: outcome, message: formatAttempt(attempt) }]
}

function refuse(count: number, text: string, { err }: Pick<Terminal, 'out' | 'err'>): ExitCode {
  err.write(`${text}\n${count === 1 ? '1 error' : `${count} errors`}\n`)
  return EXIT.usage
}

function formatRows(rows: readonly SummaryRow[]): string {
  return rows.map(([label, text]) => `  ${label.padEnd(9)} ${text}\n`).join('')
}
