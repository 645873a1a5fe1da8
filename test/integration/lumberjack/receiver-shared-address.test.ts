import test, { type ExecutionContext } from 'ava'
import { type ReceiverLimits, DEFAULT_RECEIVER_LIMITS } from '../../../src/lumberjack/receive/receiver-contract.ts'
import { makeNumberedBatches } from '../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../../helpers/lumberjack/publishers.ts'
import { startTestReceiver } from '../../helpers/lumberjack/receivers.ts'
import { connectRaw } from '../../helpers/peers/raw-client.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'
import { until } from '../../helpers/time/until.ts'

const AGENTS = 30

/** Agents of one address that begin at once, and a collector that has the limits. */
async function connectAgents(t: ExecutionContext, limits: Partial<ReceiverLimits>, slowHandshakes = 0) {
  const { ca, server, client } = await makeCertificates(await makeTempDir(t))
  const started = await startTestReceiver(t, { tls: { ...server, ca }, limits })
  // In one process agents take turns, and so do their handshakes: these are under way when the agents come.
  for (let i = 0; i < slowHandshakes; i++) await connectRaw(t, started.port)
  const agents = Array.from({ length: AGENTS }, () =>
    startPublisher(t, [{ host: '127.0.0.1', port: started.port }], { tls: { ...client, ca } }),
  )
  const connected = () => agents.filter(agent => agent.status().linksConnected === 1).length
  return { ...started, agents, connected, server: { ...server, ca } }
}

test('more agents of one address than may have a handshake at a time all get in, and the log has the settings', async t => {
  const limits = { connections: 50, connectionsPerAddress: 40, handshakes: 5, handshakeMs: 1000 }
  const { agents, connected, receiver, sink, log } = await connectAgents(t, limits, 4)
  await until(() => connected() === AGENTS, 'all are connected', 20_000)
  await Promise.all(agents.map(agent => agent.send(makeNumberedBatches(1, 1)[0]!)))
  t.is(sink.batches.length, AGENTS)
  t.true(receiver.status().connectionsRefused > 0, 'some had to come again')
  const [warning, ...more] = log.lines.filter(({ message }) =>
    message.startsWith('refusing connections of one address'),
  )
  t.like(warning?.fields, { address: '127.0.0.1', limit: 4 })
  t.regex(String(warning?.message), /`handshakes` and `connectionsPerAddress` in `limits`/u)
  t.is(more.length, 0, 'one line, however often they come')
})

test('agents of one address beyond its connections wait, the log has the setting, and they get in when it is raised', async t => {
  const limits = { connections: 50, connectionsPerAddress: 20, handshakes: 50 }
  const { connected, receiver, log, server, port } = await connectAgents(t, limits)
  await until(() => connected() === 20 && receiver.status().connectionsRefused > 20, 'as many are connected', 20_000)
  const warnings = log.lines.filter(({ message }) => message.includes('`connectionsPerAddress` in `limits`'))
  t.true(warnings.length >= 1 && warnings.length <= 2, 'one line for a limit, however often they come')
  t.true(warnings.some(({ fields }) => fields['address'] === '127.0.0.1' && fields['limit'] === 20))
  await receiver.reconfigure({
    listen: [{ host: '127.0.0.1', port: 0 }],
    tls: server,
    keepaliveMs: 5000,
    limits: { ...DEFAULT_RECEIVER_LIMITS, ...limits, connectionsPerAddress: 40 },
  })
  t.is(receiver.addresses[0]?.port, port)
  await until(() => connected() === AGENTS, 'all are connected', 20_000)
})
