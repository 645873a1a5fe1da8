import test, { type ExecutionContext } from 'ava'
import { once } from 'node:events'
import { startScript } from '../../../helpers/process/child-script.ts'
import { writeConfig } from '../../../helpers/process/config-text.ts'
import { patience } from '../../../helpers/time/patience.ts'
import { until } from '../../../helpers/time/until.ts'

const script = new URL('../../../helpers/scripts/stuck-role.ts', import.meta.url)

async function startStuck(t: ExecutionContext, shutdownTimeout: string) {
  const network = { servers: ['a:1'], tls: false }
  const path = await writeConfig(t, JSON.stringify({ network, files: [{ paths: ['/a'] }], shutdownTimeout }))
  const child = startScript(t, script, [path])
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await until(() => said.includes('ready'), 'the role runs')
  return { child, ended: once(child, 'exit') }
}

test('an agent that cannot end is killed two seconds after shutdownTimeout', async t => {
  const { child, ended } = await startStuck(t, '100ms')
  const startedMs = Date.now()
  child.kill('SIGTERM')
  t.deepEqual(await ended, [null, 'SIGKILL'])
  t.true(Date.now() - startedMs >= 2000)
})

test('a role that cannot end is killed a second after a second signal', async t => {
  const { child, ended } = await startStuck(t, '1h')
  child.kill('SIGTERM')
  child.kill('SIGINT')
  const startedMs = Date.now()
  t.deepEqual(await ended, [null, 'SIGKILL'])
  t.true(Date.now() - startedMs < patience(5000))
})
