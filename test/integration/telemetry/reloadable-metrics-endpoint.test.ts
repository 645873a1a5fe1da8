import { once } from 'node:events'
import { connect } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import { findFreePorts } from '../../../src/demo/role-process.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { LazyMeters } from '../../../src/telemetry/lazy-meters.ts'
import { MetricsSwitch } from '../../../src/telemetry/reloadable-metrics-endpoint.ts'

const health = () => ({ isHealthy: true, reasons: [] })

function makeSwitch(t: ExecutionContext): MetricsSwitch {
  const metrics = new MetricsSwitch({ collect: () => [], health, meters: new LazyMeters(), log: silentLog })
  t.teardown(() => metrics.close())
  return metrics
}

async function isServed(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false // refused, which is the answer
  } finally {
    socket.destroy()
  }
}

test('metrics move to an address that overlaps with the former one', async t => {
  const metrics = makeSwitch(t)
  const [port = 0] = await findFreePorts(1)
  for (const host of ['127.0.0.1', '0.0.0.0', '127.0.0.1']) {
    await metrics.listen({ host, port })
    t.true(await isServed('127.0.0.1', port), host)
    t.is(await isServed('127.0.0.2', port), host === '0.0.0.0')
  }
})

test('metrics stay at the former address if the new one is in use', async t => {
  const metrics = makeSwitch(t)
  const taken = makeSwitch(t)
  const [port = 0, takenPort = 0] = await findFreePorts(2)
  await taken.listen({ host: '127.0.0.1', port: takenPort })
  await metrics.listen({ host: '127.0.0.1', port })
  await t.throwsAsync(metrics.listen({ host: '127.0.0.1', port: takenPort }), { code: 'METRICS_LISTEN' })
  t.true(await isServed('127.0.0.1', port))
  await t.throwsAsync(metrics.listen({ host: '192.0.2.1', port }), { code: 'METRICS_LISTEN' })
  t.true(await isServed('127.0.0.1', port))
})
