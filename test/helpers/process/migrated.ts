import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { findFreePorts, type RoleProcess, startRole } from '../../../src/demo/role-process.ts'
import { forwarderCommand } from './roles.ts'
import type { TeardownScope } from './scope.ts'

/** An agent with a configuration that `forwarder migrate` wrote, to which the metrics are added. */
export async function startMigrated(scope: TeardownScope, configPath: string): Promise<RoleProcess> {
  const [metricsPort = 0] = await findFreePorts(1)
  const config = JSON.parse(await readFile(configPath, 'utf8')) as object
  await writeFile(configPath, JSON.stringify({ ...config, metrics: { listen: `127.0.0.1:${metricsPort}` } }))
  const logPath = join(dirname(configPath), 'forwarder.out')
  const agent = startRole({ role: 'agent', configPath, logPath, metricsPort, command: forwarderCommand })
  scope.teardown(() => agent.kill())
  return agent
}
