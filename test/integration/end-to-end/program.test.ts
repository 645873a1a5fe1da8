import test from 'ava'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { forwarderCommand, makePair, ofProgram } from '../../helpers/process/roles.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

const isScript = basename(forwarderCommand) === 'forwarder'

/** What a process executes: the executable, or Node with the checkout's script. */
async function readProgram(pid: number): Promise<string> {
  const file = await readlink(`/proc/${pid}/exe`)
  if (!isScript) return file
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')
  return `${basename(file)} ${await realpath(words.find(word => word.endsWith('.ts')) ?? '')}`
}

async function meant(): Promise<string> {
  const path = await realpath(forwarderCommand)
  return isScript ? `node ${await realpath(join(path, '../../src/main.ts'))}` : path
}

test.serial(ofProgram('an agent and a collector are processes of the program that is tested'), async t => {
  const pair = await makePair(t)
  const [collector, agent] = await Promise.all([pair.startCollector(), pair.startAgent()])
  await Promise.all([collector.ready(), agent.ready()])
  for (const role of ['agent', 'collector'] as const) {
    const pid = Number(/"pid":(\d+)/u.exec(await pair.readLog(role))?.[1])
    t.is(await readProgram(pid), await meant(), role)
  }
})

test.serial(ofProgram('the processes that a demo starts are the same program as the demo'), async t => {
  const child = spawn(forwarderCommand, ['demo', '--seconds', '2', '--rate', '100'], {
    env: { ...process.env, TMPDIR: await makeTempDir(t) },
    stdio: 'ignore',
  })
  const exited = once(child, 'exit')
  const roles = async () => await findChildren(child.pid ?? 0)
  await until(async () => (await roles()).length === 2, 'the demo has started an agent and a collector')
  const programs = await Promise.all((await roles()).map(readProgram))
  t.deepEqual(programs, [await meant(), await meant()])
  t.is(await readProgram(child.pid ?? 0), await meant())
  t.deepEqual(await exited, [0, null])
})

/** Children of any of its threads that have become the program that they are to be. */
async function findChildren(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`)
  const lists = await Promise.all(
    threads.map(async thread => await readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')), // it has ended
  )
  const pids = lists.flatMap(list =>
    list
      .split(' ')
      .filter(text => text !== '')
      .map(Number),
  )
  const lines = await Promise.all(
    pids.map(async each => await readFile(`/proc/${each}/cmdline`, 'utf8').catch(() => '')),
  ) // it has ended
  return pids.filter((_, index) => lines[index]?.includes('--config') === true)
}
