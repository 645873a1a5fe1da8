import { type HostAndPort, formatAddress } from '../../flow/host-port.ts'
import { hasPort, isLoopback, parseConfiguredAddress } from '../values/configured-address.ts'
import type { KeyPath } from '../text/key-path.ts'
import type { CheckReport } from './check-report.ts'
import { findDefaultStateDir } from '../values/process-context.ts'
import type { ProcessContext } from '../values/process-context.ts'

/** Warns of duplicate addresses. Returns the valid ones. */
export function checkAddresses(
  texts: readonly (string | undefined)[],
  path: KeyPath,
  report: CheckReport,
): HostAndPort[] {
  const seen = new Set<string>()
  return texts.flatMap((text, index) => {
    const address = parseConfiguredAddress(text ?? '')
    if ('fault' in address) return []
    const name = formatAddress(address)
    if (seen.has(name)) report.warn([...path, index], `${name} is listed twice; once is enough`)
    seen.add(name)
    return [address]
  })
}

/** Metrics have no default port, so that none is opened by surprise. */
export function checkMetrics(listen: string | undefined, report: CheckReport): void {
  if (listen === undefined) return
  const path = ['metrics', 'listen']
  if (!hasPort(listen)) return report.error(path, `metrics.listen needs a port: write, for example, "${listen}:9605"`)
  const address = parseConfiguredAddress(listen)
  if ('fault' in address || isLoopback(address.host)) return
  const remedy =
    'use a loopback address such as 127.0.0.1, or let only the machines that need them through the firewall'
  report.warn(
    path,
    `metrics and health have no TLS and no password, and ${formatAddress(address)} can be reached from outside: ${remedy}`,
  )
}

/** Without root, state is kept in the user's home directory, which may not exist. */
export function checkStateDir(role: 'agent' | 'collector', context: ProcessContext, report: CheckReport): void {
  if (findDefaultStateDir(role, context) !== undefined) return
  report.noteMissing(
    ['stateDir'],
    'a path, because this user has no home directory for state: HOME is not set, and the system does not list the user',
  )
}

export function asList(value: string | readonly (string | undefined)[] | undefined): readonly (string | undefined)[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}
