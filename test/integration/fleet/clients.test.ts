import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:tls'
import test from 'ava'
import { makeFleet } from '../../helpers/fleet/fleet.ts'
import { until } from '../../helpers/time/until.ts'

test('a collector with a certificate from enrolment requires certificates of its clients', async t => {
  const fleet = await makeFleet(t)
  for (const kind of ['etcd', 'authority', 'collectors'] as const) await fleet.start(kind)
  const [collector] = fleet.collectors
  if (collector === undefined) throw new Error('a fleet has collectors')
  await fleet.process(collector).ready()
  await until(async () => /collector is listening/.test(await fleet.readLog(collector)), 'the collector listens')
  const config = JSON.parse(await readFile(collector.configPath, 'utf8')) as { readonly listen: string }
  const port = Number(config.listen.split(':')[1])
  const ca = await readFile(join(collector.stateDir, 'identity', 'authorities.pem'))

  const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ca })
  t.teardown(() => socket.destroy())
  await once(socket, 'secureConnect')
  t.true(socket.authorized, 'the collector shows a certificate of the authority for its name')
  socket.resume()
  const [error] = (await once(socket, 'error')) as [Error]
  t.regex(error.message, /certificate required/i)
  await until(async () => /handshake failed/.test(await fleet.readLog(collector)), 'the log reports it')
})
