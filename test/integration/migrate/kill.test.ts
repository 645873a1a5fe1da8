import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { readRegistry } from '../../../src/registry/load-registry.ts'
import { runInside } from '../../helpers/process/command-line.ts'
import { forwarderCommand } from '../../helpers/process/roles.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

/** More than the registry takes in one transaction. */
const FILES = 5500

interface Scene {
  readonly args: readonly string[]
  readonly stateDir: string
  readonly output: string
  readonly part: string
}

/** Many files, of each of which the first of two lines was read. */
async function makeScene(t: ExecutionContext): Promise<Scene> {
  const dir = await makeTempDir(t)
  const logs = join(dir, 'logs')
  await mkdir(logs)
  const entries: Record<string, unknown> = {}
  for (let n = 0; n < FILES; n++) {
    const path = join(logs, `${n}.log`)
    writeFileSync(path, 'one\ntwo\n')
    const { ino, dev } = statSync(path)
    entries[path] = { source: path, offset: 4, inode: ino, device: dev }
  }
  const [config, registry] = [join(dir, 'old.conf'), join(dir, '.logstash-forwarder')]
  const own = { network: { servers: ['logs.example.com:5043'] }, files: [{ paths: [`${logs}/*.log`] }] }
  await writeFile(config, JSON.stringify(own))
  await writeFile(registry, JSON.stringify(entries))
  const [stateDir, output] = [join(dir, 'state'), join(dir, 'forwarder.json')]
  const target = ['--output', output, '--state-dir', stateDir]
  const args = ['migrate', 'logstash-forwarder', '--config', config, '--registry', registry, ...target]
  return { args, stateDir, output, part: join(stateDir, 'migration.part') }
}

/** Runs a migration that is killed when it is about to take a step. */
async function dieAt({ args }: Scene, step: string): Promise<void> {
  const preload = join(import.meta.dirname, '../../helpers/scripts/die-at.ts')
  const env = { ...process.env, DIE_AT: step, NODE_OPTIONS: `--import ${preload}` }
  const child = spawn(forwarderCommand, args, { stdio: 'ignore', env })
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  if (signal !== 'SIGKILL') throw new Error(`the migration came to its end without the step "${step}"`)
}

async function assertWhole(t: ExecutionContext, { stateDir, output }: Scene): Promise<void> {
  const { files } = readRegistry(join(stateDir, 'registry.db'))
  t.is(files.length, FILES)
  t.true(files.every(({ offset }) => offset === 4))
  t.is((await runInside(['check', '--config', output])).code, 0)
}

test('a migration that is killed at any step has written everything, or succeeds when it is run again', async t => {
  const scene = await makeScene(t)
  const { args, stateDir, output, part } = scene
  await dieAt(scene, 'postMessage 2')
  const { length } = readRegistry(join(part, 'registry.db')).files
  t.true(length > 0 && length < FILES, 'between two transactions')
  t.false(existsSync(output), 'there is never a configuration without state')

  await dieAt(scene, 'link')
  t.is(readRegistry(join(stateDir, 'registry.db')).files.length, FILES)
  t.false(existsSync(output))
  const again = await runInside(args)
  t.is(again.code, 0, again.err)
  t.false(existsSync(part))
  await assertWhole(t, scene)

  await rm(stateDir, { recursive: true })
  await rm(output)
  await dieAt(scene, 'rename 2')
  t.false(existsSync(join(stateDir, 'initialized')))
  await assertWhole(t, scene)
  t.regex((await runInside(args)).err, /forwarder\.json already exists/)
})
