import type { HostAndPort } from '../../flow/host-port.ts'
import { parseConfiguredAddress } from '../values/configured-address.ts'
import { parseSizeBytes } from '../values/size.ts'
import type { CommonSettings, Role } from '../settings.ts'
import { toAbsolutePath, findDefaultStateDir } from '../values/process-context.ts'
import type { ProcessContext } from '../values/process-context.ts'
import { readDurationMs } from '../schema/formats.ts'

interface CommonConfig {
  readonly stateDir?: string
  readonly shutdownTimeout: string
  readonly metrics?: { readonly listen: string }
  readonly log: CommonSettings['log']
}

export function makeCommonSettings(config: CommonConfig, role: Role, context: ProcessContext): CommonSettings {
  const { metrics, log } = config
  return {
    stateDir: makeStateDir(config, role, context),
    shutdownTimeoutMs: toMilliseconds(config.shutdownTimeout),
    metrics: metrics && toAddress(metrics.listen),
    log,
  }
}

export function makeStateDir(
  { stateDir }: Pick<CommonConfig, 'stateDir'>,
  role: Role,
  context: ProcessContext,
): string {
  const path = stateDir ?? findDefaultStateDir(role, context) ?? throwUnchecked('state directory', undefined)
  return toAbsolutePath(path, context)
}

/** The functions below take values that the schema has accepted; anything else is a bug. */
export function toMilliseconds(value: string | number): number {
  return readDurationMs(value) ?? throwUnchecked('duration', value)
}

export function toBytes(value: string): number {
  return parseSizeBytes(value) ?? throwUnchecked('size', value)
}

export function toAddress(value: string): HostAndPort {
  const address = parseConfiguredAddress(value)
  return 'fault' in address ? throwUnchecked('address', value) : address
}

export function toAbsolutePaths<Name extends string>(
  paths: { readonly [Key in Name]?: string },
  context: ProcessContext,
): { [Key in Name]?: string } {
  const given = Object.entries<string>(paths as Record<string, string>)
  const absolute = given.map(([name, path]) => [name, toAbsolutePath(path, context)] as const)
  return Object.fromEntries(absolute) as { [Key in Name]?: string }
}

function throwUnchecked(kind: string, value: unknown): never {
  throw new TypeError(`${JSON.stringify(value)} is not a ${kind}; the schema should have refused it`)
}
