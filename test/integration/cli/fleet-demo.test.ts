import test from 'ava'
import { execFile } from 'node:child_process'
import { readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { forwarderCommand } from '../../helpers/process/roles.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const run = promisify(execFile)

/** The command lines of all processes that name a directory. */
async function findProcesses(dir: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const lines = await Promise.all(pids.map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''))) // it has ended
  return lines.filter(line => line.includes(dir)).map(line => line.replaceAll('\0', ' '))
}

test('the demo of a fleet kills a collector, renews certificates, loses nothing, and leaves nothing behind', async t => {
  const dir = await makeTempDir(t)
  const running = run(forwarderCommand, ['demo', '--fleet'], { env: { ...process.env, TMPDIR: dir } })
  let most = 0
  const ended = new AbortController()
  const counting = async () => {
    while (!ended.signal.aborted) {
      most = Math.max(most, (await findProcesses(dir)).length)
      await sleep(500)
    }
  }
  const [{ stdout }] = await Promise.all([running.finally(() => ended.abort()), counting()])
  t.regex(stdout, /^([\d,]+) written, \1 stored, 0 lost, 0 twice$/mu)
  t.regex(stdout, /collector-2 is killed \(-9\)[^]*collector-2 is back, and in the directory again/u)
  t.regex(stdout, /agent-\d has renewed its certificate: …([0-9A-F]{8}) is now …(?!\1)[0-9A-F]{8}/u)
  t.is(most, 7, 'an etcd, an authority, two collectors, three agents')
  t.deepEqual(await findProcesses(dir), [])
  t.deepEqual(await readdir(dir), [])
})

test('without etcd the demo of a fleet names the missing program and exits with 1', async t => {
  const dir = await makeTempDir(t)
  const programs = await makeTempDir(t)
  for (const name of ['dirname', 'readlink']) await symlink(`/usr/bin/${name}`, join(programs, name))
  const env = { ...process.env, TMPDIR: dir, PATH: programs }
  const failure = await t.throwsAsync<Error & { code: number; stderr: string }>(
    run(forwarderCommand, ['demo', '--fleet'], { env }),
  )
  t.is(failure.code, 1)
  t.regex(failure.stderr, /needs etcd, which is not installed on this machine: apt-get install etcd-server/)
  t.deepEqual(await findProcesses(dir), [])
  t.deepEqual(await readdir(dir), [])
})
