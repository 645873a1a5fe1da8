import test, { type ExecutionContext } from 'ava'
import { once } from 'node:events'
import { type Socket, connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { BEGUN_PER_TURN, HandshakePlaces, MAX_UNDER_WAY } from '../../../src/tls/handshake-places.ts'
import { until } from '../../helpers/time/until.ts'

/** Accepted connections of two addresses. */
async function startServer(t: ExecutionContext) {
  const accepted: Socket[] = []
  const server = createServer({ pauseOnConnect: true }, socket => {
    socket.on('error', () => {})
    accepted.push(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  t.teardown(() => server.close())
  return async (localAddress: string, count: number): Promise<Socket[]> => {
    const before = accepted.length
    for (let i = 0; i < count; i++) {
      const socket = connect({ port, host: '127.0.0.1', localAddress })
      socket.on('error', () => {})
      t.teardown(() => socket.destroy())
    }
    await until(() => accepted.length === before + count, 'all clients are connected')
    return accepted.slice(before)
  }
}

/** Wants a place for each; the list grows when one begins. */
function want(places: HandshakePlaces, sockets: readonly Socket[]): Socket[] {
  const begun: Socket[] = []
  for (const socket of sockets) places.add(socket, () => void begun.push(socket))
  return begun
}

test('a few handshakes begin in one turn of the event loop, and not more than a few are under way', async t => {
  const open = await startServer(t)
  const places = new HandshakePlaces(60_000)
  const begun = want(places, await open('127.0.0.1', 100))
  for (let turn = 1; turn <= 10; turn++) {
    const before = begun.length
    await setImmediate()
    t.true(begun.length - before <= BEGUN_PER_TURN)
  }
  t.is(begun.length, MAX_UNDER_WAY)
  for (let ended = 0; ended < 100; ended++) {
    await until(() => begun.length > ended, 'the next one has begun')
    t.true(begun.length - ended <= MAX_UNDER_WAY)
    places.end(begun[ended] as Socket)
  }
  t.is(new Set(begun).size, 100)
})

test('a handshake whose connection ends gives its place to the next one', async t => {
  const open = await startServer(t)
  const places = new HandshakePlaces(60_000)
  const begun = want(places, await open('127.0.0.1', MAX_UNDER_WAY + 2))
  await until(() => begun.length === MAX_UNDER_WAY, 'all places are taken')
  begun[0]?.destroy()
  await until(() => begun.length === MAX_UNDER_WAY + 1, 'the place is taken again')
  t.is(new Set(begun).size, MAX_UNDER_WAY + 1)
})

test('clients of one address that do not answer keep another address waiting for a second only', async t => {
  const open = await startServer(t)
  const places = new HandshakePlaces(60_000)
  const silent = want(places, await open('127.0.0.2', 200))
  await until(() => silent.length === MAX_UNDER_WAY, 'all places are taken')
  const startedMs = performance.now()
  const honest = want(places, await open('127.0.0.1', 1))
  await until(() => honest.length === 1, 'the honest client has a place')
  t.true(performance.now() - startedMs > 500)
  t.is(silent.filter(({ destroyed }) => destroyed).length, 1)
})

test('a client that gets no place within the limit is disconnected', async t => {
  const open = await startServer(t)
  const places = new HandshakePlaces(100)
  const sockets = await open('127.0.0.1', MAX_UNDER_WAY + 1)
  const begun = want(places, sockets)
  await until(() => sockets.at(-1)?.destroyed === true, 'the last one is disconnected')
  await sleep(0)
  t.is(begun.length, MAX_UNDER_WAY)
  t.true(begun.every(({ destroyed }) => !destroyed))
})
