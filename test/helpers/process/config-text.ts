import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { ProcessContext } from '../../../src/config/values/process-context.ts'
import { makeTempDir } from '../files/temp-dir.ts'

/** A context in which nothing depends on the machine that runs the tests. */
export const calmSurroundings: ProcessContext = {
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
