import test, { type ExecutionContext } from 'ava'
import { spawn } from 'node:child_process'
import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { watchConfig } from '../../../../src/cli/role/config-watch.ts'
import { startScript } from '../../../helpers/process/child-script.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { until } from '../../../helpers/time/until.ts'

const INTERVAL_MS = 10

function watch(t: ExecutionContext, path: string, files: readonly string[] = [path]) {
  const reasons: string[] = []
  const onChange = (reason: string) => void reasons.push(reason)
  const watching = watchConfig({ path, files, signals: false, onChange, intervalMs: INTERVAL_MS })
  t.teardown(() => watching.close())
  const hear = async (reason: string) => {
    await until(() => reasons.length > 0, `a change was noticed (${reason})`)
    t.deepEqual(reasons.splice(0), [reason])
  }
  /** Long enough for several looks. */
  const hearNothing = async () => {
    await sleep(5 * INTERVAL_MS)
    t.deepEqual(reasons, [])
  }
  return { watching, hear, hearNothing }
}

async function makeConfig(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  const path = join(dir, 'agent.json')
  await writeFile(path, '{"a": 1}')
  return { dir, path }
}

test('writing, replacing, removing, creating and relinking a file is one change each', async t => {
  const { dir, path } = await makeConfig(t)
  const { hear, hearNothing } = watch(t, path)
  await hearNothing()
  await writeFile(path, '{"a": 22}')
  await hear(`${path} has changed`)
  await writeFile(join(dir, 'new'), '{"a": 33}')
  await rename(join(dir, 'new'), path)
  await hear(`${path} has changed`)
  await rm(path)
  await hear(`${path} is gone`)
  await symlink(join(dir, 'target-1'), path)
  await writeFile(join(dir, 'target-1'), '{"a": 44}')
  await hear(`${path} is new`)
  await symlink(join(dir, 'target-2'), join(dir, 'link'))
  await writeFile(join(dir, 'target-2'), '{"a": 44}')
  await rename(join(dir, 'link'), path)
  await hear(`${path} has changed`)
  await hearNothing()
})

test('a change with the same size and time is noticed, and so is a changed mode', async t => {
  const { path } = await makeConfig(t)
  const { hear } = watch(t, path)
  const then = new Date('2020-01-01')
  await utimes(path, then, then)
  await hear(`${path} has changed`)
  await writeFile(path, '{"a": 9}')
  await utimes(path, then, then)
  await hear(`${path} has changed`)
  await chmod(path, 0o600)
  await hear(`${path} has changed`)
})

test('a file that is being written counts as changed only once it is stable', async t => {
  const { path } = await makeConfig(t)
  const reasons: [string, string][] = []
  const onChange = (reason: string) => void readFile(path, 'utf8').then(text => reasons.push([reason, text]))
  const watching = watchConfig({ path, files: [path], signals: false, onChange, intervalMs: 40 })
  t.teardown(() => watching.close())
  for (let i = 0; i < 30; i++) {
    appendFileSync(path, 'x')
    await sleep(8)
  }
  t.deepEqual(reasons, [])
  await until(() => reasons.length > 0, 'the change was noticed')
  t.deepEqual(reasons, [[`${path} has changed`, `{"a": 1}${'x'.repeat(30)}`]])
})

test('in a directory, new and removed files count, and files that are never read do not', async t => {
  const { dir, path } = await makeConfig(t)
  const { hear, hearNothing, watching } = watch(t, dir, [path])
  for (const name of ['.hidden', 'agent.json~', 'agent.json.bak']) await writeFile(join(dir, name), '{}')
  await mkdir(join(dir, 'sub'))
  await hearNothing()
  const other = join(dir, 'other.json')
  await writeFile(other, '{}')
  await hear(`${other} is new`)
  watching.follow({ files: [path, other] })
  await hearNothing()
  // Without a look between them.
  writeFileSync(path, '{"b": 2}  ')
  rmSync(other)
  await hear(`${path} has changed, and 1 more`)
  watching.follow({ files: [path] })
  await hearNothing()
})

test('a file that joins the configuration is watched from then on, and one that leaves it is not', async t => {
  const { dir, path } = await makeConfig(t)
  const other = join(dir, 'other.json')
  await writeFile(other, '{}')
  const { hear, hearNothing, watching } = watch(t, path)
  watching.follow({ files: [path, other] })
  await hearNothing()
  await writeFile(other, '{ }')
  await hear(`${other} has changed`)
  watching.follow({ files: [path] })
  await writeFile(other, '{  }')
  await hearNothing()
})

test('in an included directory, which may be empty, new and removed files count', async t => {
  const { dir, path } = await makeConfig(t)
  const included = join(dir, 'conf.d')
  await mkdir(included)
  const { hear, hearNothing, watching } = watch(t, path)
  watching.follow({ files: [path], directories: [included] })
  await hearNothing()
  const other = join(included, 'other.json')
  await writeFile(other, '{}')
  await hear(`${other} is new`)
  watching.follow({ files: [path, other], directories: [included] })
  await hearNothing()
  await rm(other)
  await hear(`${other} is gone`)
  watching.follow({ files: [path] })
  await writeFile(other, '{}')
  await hearNothing()
})

test('after close no change is noticed', async t => {
  const { path } = await makeConfig(t)
  const { hearNothing, watching } = watch(t, path)
  watching.close()
  await writeFile(path, '{"a": 22}')
  await hearNothing()
})

const script = new URL('../../../helpers/scripts/watch-config.ts', import.meta.url)

test('SIGHUP counts as a change at once, and the same state of the file not as a second one', async t => {
  const { dir, path } = await makeConfig(t)
  const output = join(dir, 'output')
  const read = async () => (await readFile(output, 'utf8').catch(() => '')).trim().split('\n')
  const child = startScript(t, script, [path, output])
  await until(async () => (await read())[0]?.startsWith('ready') === true, 'the child is ready')
  await writeFile(path, '{"a": 22}')
  child.kill('SIGHUP')
  await until(async () => (await read()).length >= 2, 'the signal was noticed')
  child.kill('SIGHUP')
  await until(async () => (await read()).length >= 3, 'the second signal was noticed')
  await sleep(5 * INTERVAL_MS)
  // The file may have been noticed before the signal came; after it, it is not.
  t.is((await read()).at(-1), 'SIGHUP')
  child.kill('SIGTERM')
  await until(() => child.exitCode === 0, 'the child has ended')
  t.is((await read()).at(-1), 'stopped by SIGTERM')
})

test('SIGHUP stops the program when its terminal was closed', async t => {
  const { dir, path } = await makeConfig(t)
  const output = join(dir, 'output')
  const read = async () => await readFile(output, 'utf8').catch(() => '')
  const command = `exec '${process.execPath}' '${script.pathname}' '${path}' '${output}'`
  const terminal = spawn('script', ['-qfc', command, '/dev/null'], { stdio: ['pipe', 'ignore', 'ignore'] })
  t.teardown(() => terminal.kill('SIGKILL'))
  await until(async () => (await read()).startsWith('ready'), 'the child is ready')
  const pid = Number(/ready (\d+)/.exec(await read())?.[1])
  process.kill(pid, 'SIGHUP')
  await until(async () => (await read()).includes('SIGHUP'), 'a signal that someone sent is a change')
  t.false((await read()).includes('stopped'))
  terminal.kill('SIGKILL')
  await until(async () => (await read()).endsWith('stopped by SIGHUP\n'), 'the child stops with its terminal')
})
