import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runInside, type Spoken } from './command-line.ts'
import { makeTempDir } from '../files/temp-dir.ts'
import type { TeardownScope } from './scope.ts'

/** `forwarder check --connect` with a configuration file. */
export async function checkConnections(configPath: string): Promise<Spoken> {
  return await runInside(['check', '--config', configPath, '--connect'])
}

/** The same with a configuration that is written to a file of its own. */
export async function checkConfig(scope: TeardownScope, config: object): Promise<Spoken> {
  const path = join(await makeTempDir(scope), 'config.json')
  await writeFile(path, JSON.stringify(config))
  return await checkConnections(path)
}
