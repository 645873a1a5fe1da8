import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TeardownScope } from '../process/scope.ts'

/** A fresh directory that goes with the test. */
export async function makeTempDir(t: TeardownScope): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'forwarder-test-'))
  t.teardown(() => rm(path, { recursive: true, force: true, maxRetries: 5 }))
  return path
}
