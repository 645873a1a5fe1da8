import test from 'ava'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { patience } from '../../helpers/time/patience.ts'

// It fails unless every line is counted once. The figures mean nothing here.

const root = join(import.meta.dirname, '../../..')

async function runScript(name: string, args: readonly string[]): Promise<string> {
  const script = join(root, 'bench', name)
  const { stdout } = await promisify(execFile)(process.execPath, [
    script,
    '--megabytes',
    '0.2',
    '--rounds',
    '1',
    ...args,
  ])
  return stdout
}

test('agents of two checkouts ship the same log in turns, in either form', async t => {
  t.timeout(patience(60_000))
  for (const form of [[], ['--any']]) {
    const printed = await runScript('agents.ts', ['--other', root, ...form])
    t.regex(printed, /this checkout: [\d.]+ CPU s, [\d.]+ CPU s of the main thread/u)
    t.regex(printed, /the other one: [\d.]+ CPU s \(ratio [\d.]+/u)
  }
})
