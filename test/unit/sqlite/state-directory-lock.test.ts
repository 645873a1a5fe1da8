import { once } from 'node:events'
import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { StateError } from '../../../src/sqlite/error.ts'
import { lockDirectory, readHolder } from '../../../src/sqlite/state-directory-lock.ts'
import { kill, startScript } from '../../helpers/process/child-script.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const holderScript = new URL('../../helpers/scripts/hold-directory.ts', import.meta.url)

test('a state directory that another process holds is refused with its pid, and is free once that is killed', async t => {
  const dir = join(await makeTempDir(t), 'state')
  const child = startScript(t, holderScript, [dir])
  await once(child.stdout, 'data')
  const error = t.throws(() => lockDirectory(dir, { role: 'agent' }), { instanceOf: StateError })
  t.is(error.code, 'state_locked')
  t.true(error.message.includes(`process ${child.pid} on host ${hostname()} (collector, since 20`), error.message)
  t.like(readHolder(dir), { holder: { pid: child.pid, role: 'collector' }, isHeld: true })
  await kill(child)
  t.like(readHolder(dir), { holder: { pid: child.pid }, isHeld: false })
  const lock = lockDirectory(dir, { role: 'agent' })
  t.like(readHolder(dir), { holder: { pid: process.pid, role: 'agent' }, isHeld: true })
  lock.release()
})

test('one process cannot hold a state directory twice, and a release leaves no holder', async t => {
  const dir = await makeTempDir(t)
  const lock = lockDirectory(dir, { role: 'agent' })
  t.throws(() => lockDirectory(dir, { role: 'agent' }), { code: 'state_locked' })
  t.throws(() => lockDirectory(dir, { role: 'agent' }), { code: 'state_locked' }, 'the failed try did not free it')
  lock.release()
  lock.release()
  t.is(readHolder(dir), undefined)
  lockDirectory(dir, { role: 'agent' }).release()
})

test('a new state directory is for its owner only, and one that exists keeps its mode', async t => {
  const parent = await makeTempDir(t)
  lockDirectory(join(parent, 'deep', 'state'), { role: 'agent' }).release()
  t.is(statSync(join(parent, 'deep', 'state')).mode & 0o777, 0o700)
  t.is(statSync(join(parent, 'deep', 'state', 'lock.db')).mode & 0o777, 0o600)
  chmodSync(parent, 0o750)
  lockDirectory(parent, { role: 'agent' }).release()
  t.is(statSync(parent).mode & 0o777, 0o750)
})

test('a damaged lock file is not replaced, and the message has the remedy', async t => {
  const dir = await makeTempDir(t)
  writeFileSync(join(dir, 'lock.db'), Buffer.alloc(8192, 0x5a))
  const error = t.throws(() => lockDirectory(dir, { role: 'agent' }), { instanceOf: StateError })
  t.is(error.code, 'state_unusable')
  t.regex(error.message, /lock\.db.*delete that file/)
})

test('a state directory that was never held has no holder', async t => {
  t.is(readHolder(join(await makeTempDir(t), 'none')), undefined)
})
