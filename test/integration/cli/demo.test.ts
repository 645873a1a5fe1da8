import test from 'ava'
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { forwarderCommand, ofProgram } from '../../helpers/process/roles.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const run = promisify(execFile)

test(ofProgram('the demo stores what it wrote exactly once, finds it, and leaves nothing behind'), async t => {
  const dir = await makeTempDir(t)
  const env = { ...process.env, TMPDIR: dir }
  const { stdout } = await run(forwarderCommand, ['demo', '--seconds', '2', '--rate', '500'], { env })
  t.regex(stdout, /^1,000 written, 1,000 stored, 0 lost, 0 twice$/mu)
  t.regex(stdout, /"POST \/login\?n=\d+ HTTP/u)
  t.deepEqual(await readdir(dir), [])
})

test(ofProgram('the demo keeps its files in the given directory, and prints commands to explore them'), async t => {
  const dir = await makeTempDir(t)
  const env = { ...process.env, TMPDIR: dir }
  const { stdout } = await run(forwarderCommand, ['demo', '--seconds', '1', '--rate', '100', '--keep'], { env })
  const config = /search login --config (\S+)/u.exec(stdout)?.[1] ?? ''
  const found = await run(forwarderCommand, ['search', '--config', config, '--limit', '0', '--json'])
  t.is(found.stdout.trim().split('\n').length, 100)
})
