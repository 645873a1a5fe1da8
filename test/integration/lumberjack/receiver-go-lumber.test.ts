import test from 'ava'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { findFreePorts } from '../../../src/demo/role-process.ts'
import { buildGoProgram } from '../../helpers/peers/go-programs.ts'
import { startTestReceiver } from '../../helpers/lumberjack/receivers.ts'
import { until } from '../../helpers/time/until.ts'

const BATCH = 500

const takes = test.macro({
  title: (_, pipeline: number, compression: number) =>
    `go-lumber's client is served: ${pipeline} windows in flight, compression ${compression}`,
  async exec(t, pipeline: number, compression: number) {
    const { port, receiver, log } = await startTestReceiver(t)
    const [profiling] = await findFreePorts(1)
    const options = ['-c', `127.0.0.1:${port}`, '-httpprof', `127.0.0.1:${profiling}`, '-batch', String(BATCH)]
    const child = spawn(
      await buildGoProgram('tst-send'),
      [...options, '-compress', String(compression), '-pipeline', String(pipeline)],
      { stdio: 'ignore' },
    )
    const exited = once(child, 'exit')
    t.teardown(async () => {
      child.kill('SIGKILL')
      await exited
    })
    await until(() => receiver.status().acks >= 20, 'twenty windows are acked')
    const { windows, events, protocolErrors, poisonEvents } = receiver.status()
    t.true(windows >= 20)
    t.true(events >= 20 * BATCH)
    t.is(protocolErrors, 0)
    t.is(poisonEvents, 0)
    t.is(child.exitCode, null)
    t.deepEqual(log.lines.filter(({ level }) => level !== 'debug'), []) // prettier-ignore
  },
})

for (const pipeline of [0, 1, 2, 3]) for (const compression of [0, 3]) test(takes, pipeline, compression)
