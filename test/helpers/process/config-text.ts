import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { Surroundings } from '../../../src/config/values/surroundings.ts'
import { makeTempDir } from '../files/temp-dir.ts'

/** Surroundings in which nothing depends on the machine that runs the tests. */
export const calmSurroundings: Surroundings = {
  environment: {},
  workingDir: '/srv/dir',
  homeDir: '/home/someone',
  isRoot: false,
  hostName: 'box',
}

/** Writes a configuration file that is removed with the test. */
export async function writeConfig(t: ExecutionContext, text: string, name = 'config.json'): Promise<string> {
  const path = join(await makeTempDir(t), name)
  await writeFile(path, text)
  return path
}
