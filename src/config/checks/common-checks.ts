import { type HostAndPort, formatAddress } from '../../flow/host-port.ts'
import { hasPort, parseConfiguredAddress } from '../values/configured-address.ts'
import type { KeyPath } from '../text/key-path.ts'
import type { CheckReport } from './check-report.ts'
import type { Role } from '../settings.ts'
import { defaultStateDir } from '../values/process-context.ts'
import type { ProcessContext } from '../values/process-context.ts'

/** Addresses that mean the same place twice. Returns those that can be read. */
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

/** There is no usual port for metrics, so that none is taken by surprise. */
export function checkMetrics(listen: string | undefined, report: CheckReport): void {
  if (listen === undefined || hasPort(listen)) return
  report.error(['metrics', 'listen'], `metrics.listen needs a port: write, for example, "${listen}:9605"`)
}

/** State is in the home directory of a user who is not root, if there is one. */
export function checkStateDir(role: Role, context: ProcessContext, report: CheckReport): void {
  if (role === 'ca' || defaultStateDir(role, context) !== undefined) return
  report.missing(
    ['stateDir'],
    'a path, because this user has no home directory for state: HOME is not set, and the system does not list the user',
  )
}

/** A list element may stand alone. */
export function asList(value: string | readonly (string | undefined)[] | undefined): readonly (string | undefined)[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}
