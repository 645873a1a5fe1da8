import { readFile, writeFile } from 'node:fs/promises'
import { findFreePorts, type RoleProcess, startRole } from '../../../src/demo/role-process.ts'
import { forwarderCommand } from './roles.ts'
import type { TeardownScope } from './scope.ts'

/** An agent with a configuration that `forwarder migrate` wrote, to which the metrics are added. */
export function startMigrated(scope: TeardownScope, configPath: string): Promise<RoleProcess> {
  return start(scope, 'agent', configPath)
}

/** A collector with such a configuration. */
export function startMigratedCollector(scope: TeardownScope, configPath: string): Promise<RoleProcess> {
  return start(scope, 'collector', configPath)
}

async function start(scope: TeardownScope, role: 'agent' | 'collector', configPath: string): Promise<RoleProcess> {
  const [metricsPort = 0] = await findFreePorts(1)
  const config = JSON.parse(await readFile(configPath, 'utf8')) as object
  await writeFile(configPath, JSON.stringify({ ...config, metrics: { listen: `127.0.0.1:${metricsPort}` } }))
  const logPath = configPath.replace(/\.json$/u, '.out')
  const process = startRole({ role, configPath, logPath, metricsPort, command: forwarderCommand })
  scope.teardown(() => process.kill())
  return process
}
