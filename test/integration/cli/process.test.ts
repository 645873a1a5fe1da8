import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { runProgram } from '../../helpers/process/command-line.ts'
import { writeConfig } from '../../helpers/process/config-text.ts'
import { forwarderCommand, ofProgram } from '../../helpers/process/roles.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { patience } from '../../helpers/time/patience.ts'

const GOOD = '{"network": {"servers": ["logs:5043"], "tls": false}, "files": [{"paths": ["/nowhere/*.log"]}]}'

test(ofProgram('check exits with 0 for a valid configuration, and prints its summary on standard output'), async t => {
  const path = await writeConfig(t, GOOD)
  const { code, out, err } = await runProgram(['check', '--config', path])
  t.is(code, 0)
  t.regex(out, /^OK: /u)
  t.regex(err, /^warning: .*TLS is off/u)
})

test(ofProgram('check exits with 1 for an invalid configuration, and prints the errors on standard error'), async t => {
  const path = await writeConfig(t, GOOD.replace('"servers"', '"sevrers"'))
  const { code, out, err } = await runProgram(['check', '-config', path])
  t.is(code, 1)
  t.is(out, '')
  t.is(err, `${path}:1:14: network.sevrers is not a known key; did you mean "servers"?\n1 error\n`)
})

test(ofProgram('the program without arguments prints its help on standard error and exits with 1'), async t => {
  const { code, out, err } = await runProgram([])
  t.is(code, 1)
  t.is(out, '')
  t.regex(err, /^Usage: forwarder/u)
})

test(ofProgram('an agent that cannot start exits with 2 and logs the reason in one line'), async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'file'), '')
  const config = { ...(JSON.parse(GOOD) as object), stateDir: join(dir, 'file', 'state') }
  const { code, out, err } = await runProgram(['-config', await writeConfig(t, JSON.stringify(config)), '-quiet'])
  t.is(code, 2)
  t.is(out, '')
  const lines = err.trimEnd().split('\n')
  const last = JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>
  t.like(last, { level: 'error', message: 'the agent cannot continue' })
})

test(ofProgram('the program ends in order when the reader of its standard output closes the pipe'), async t => {
  const child = spawn(forwarderCommand, ['--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let err = ''
  child.stderr.on('data', (piece: Buffer) => (err += piece.toString()))
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  t.is(err, '')
  t.is(code, 0)
})

test('a process that is done ends although a library left something open', async t => {
  const leaveOpen = 'data:text/javascript,setInterval(() => {}, 1e9)'
  const main = join(import.meta.dirname, '../../../src/main.ts')
  const child = spawn(process.execPath, ['--import', leaveOpen, main, '--help'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const [code] = (await once(child, 'exit', { signal: AbortSignal.timeout(patience(20_000)) })) as [number | null]
  t.is(code, 0)
})
