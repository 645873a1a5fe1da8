import test from 'ava'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  listGroup,
  parseEndedChildrenSeconds,
  readGroupThreads,
  readGroupUsage,
  sum,
} from '../../../bench/process-group.ts'
import { readUsage } from '../../../bench/usage.ts'

const SPIN = 'while (process.cpuUsage().user < 100_000);' // of CPU time, whatever else wants the cores
/** It works in a child that has ended, and in one that is there. */
const PARENT = `
const { spawn, spawnSync } = require('node:child_process')
spawnSync(process.execPath, ['-e', ${JSON.stringify(SPIN)}])
const child = spawn(process.execPath, ['-e', ${JSON.stringify(`${SPIN} console.log(); setInterval(() => {}, 1000)`)}])
child.stdout.once('data', () => console.log(child.pid))
`

test('the usage of a process group is that of all of its processes, also of children that have ended', async t => {
  const parent = spawn(process.execPath, ['-e', PARENT], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => process.kill(-(parent.pid as number), 'SIGKILL'))
  const [text] = await once(parent.stdout, 'data')
  const group = parent.pid as number
  const pids = [group, Number(text)]
  t.deepEqual(new Set(await listGroup(group)), new Set(pids))
  const alone = sum((await Promise.all(pids.map(readUsage))).map(({ cpuSeconds }) => cpuSeconds))
  const { cpuSeconds } = await readGroupUsage(group)
  t.true(cpuSeconds >= alone + 0.05, `${cpuSeconds} s are less than ${alone} s and those of a child that has ended`)
  t.true(sum([...(await readGroupThreads(group)).values()]) >= 0.05)
})

test('a process group that has ended has no usage', async t => {
  const child = spawn('true', { detached: true })
  await once(child, 'exit')
  await t.throwsAsync(readGroupUsage(child.pid as number), { message: /has ended/ })
})

test('the CPU time of ended children is read even if the name of a process has spaces and brackets', t => {
  t.is(parseEndedChildrenSeconds('42 (a (b) c) S 1 42 42 0 -1 4194304 150 0 0 0 250 75 9 11 20 0 1 0 100 1 1'), 0.2)
})
