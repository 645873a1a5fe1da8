import { once } from 'node:events'
import { connect } from 'node:net'
import { hostname } from 'node:os'
import { text as readText } from 'node:stream/consumers'
import test, { type ExecutionContext } from 'ava'
import { silentLog } from '../../../src/telemetry/log.ts'
import { createMeters } from '../../../src/telemetry/prometheus.ts'
import {
  type Health,
  MetricsError,
  type MetricsOptions,
  startMetrics,
} from '../../../src/telemetry/metrics-endpoint.ts'
import { until } from '../../helpers/time/until.ts'

async function serve(t: ExecutionContext, options: Partial<MetricsOptions> = {}) {
  const endpoint = await startMetrics({
    listen: { host: '127.0.0.1', port: 0 },
    collect: () => [{ name: 'forwarder_x_total', type: 'counter', help: 'X.', value: 7 }],
    health: () => ({ isHealthy: true, reasons: [] }),
    meters: createMeters(),
    log: silentLog,
    ...options,
  })
  t.teardown(() => endpoint.close())
  const { host, port } = endpoint.address
  return { endpoint, url: `http://${host}:${port}` }
}

test('the path /metrics has the metrics of the rooms and of the process in the format of Prometheus', async t => {
  const { url } = await serve(t)
  const response = await fetch(`${url}/metrics`)
  const text = await response.text()
  t.is(response.status, 200)
  t.regex(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/u)
  t.regex(text, /^forwarder_x_total 7$/mu)
  t.regex(text, /^process_resident_memory_bytes \d+/mu)
})

for (const [host, status] of [
  ['127.0.0.1', 200],
  ['localhost:9', 200],
  ['[::1]:9', 200],
  [hostname(), 200],
  ['evil.example', 421],
  ['evil.example:9623', 421],
  ['localhost.evil.example', 421],
  ['x y', 421],
] as const)
  test(`a request to the loopback address by the name ${host} is answered with ${status}`, async t => {
    const { endpoint } = await serve(t)
    const socket = connect(endpoint.address.port, '127.0.0.1')
    t.teardown(() => socket.destroy())
    socket.end(`GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    t.true((await readText(socket)).startsWith(`HTTP/1.1 ${status} `))
  })

test('the path /health answers 200 while the role is healthy, else 503 with the reasons', async t => {
  let health: Health = { isHealthy: true, reasons: [] }
  const { url } = await serve(t, { health: () => health })
  const well = await fetch(`${url}/health`)
  t.is(well.status, 200)
  t.deepEqual(await well.json(), { status: 'healthy', reasons: [] })
  health = { isHealthy: false, reasons: ['the index is closed: open it'] }
  const ill = await fetch(`${url}/health`)
  t.is(ill.status, 503)
  t.deepEqual(await ill.json(), { status: 'unhealthy', reasons: ['the index is closed: open it'] })
})

test('the metrics endpoint refuses other paths and methods', async t => {
  const { url } = await serve(t)
  t.is((await fetch(`${url}/`)).status, 404)
  t.is((await fetch(`${url}/metrics`, { method: 'POST', body: 'x' })).status, 405)
})

test('metrics that cannot be collected are answered with 500 and logged, and the next request is answered', async t => {
  const errors: string[] = []
  let isBroken = true
  const { url } = await serve(t, {
    collect: () => {
      if (isBroken) throw new Error('no numbers')
      return []
    },
    log: { ...silentLog, error: (_, message) => void errors.push(message) },
  })
  t.is((await fetch(`${url}/metrics`)).status, 500)
  t.is(errors.length, 1)
  isBroken = false
  t.is((await fetch(`${url}/metrics`)).status, 200)
})

test('the error for metrics on an address in use names the address', async t => {
  const { endpoint } = await serve(t)
  const error = await t.throwsAsync(serve(t, { listen: endpoint.address }), { instanceOf: MetricsError })
  t.regex(error?.message ?? '', new RegExp(`cannot serve metrics on 127\\.0\\.0\\.1:${endpoint.address.port}`, 'u'))
})

test('the metrics endpoint has at most 32 connections at a time, and serves again when one of them ends', async t => {
  const { endpoint, url } = await serve(t)
  const open = async () => {
    const socket = connect(endpoint.address.port, '127.0.0.1')
    t.teardown(() => socket.destroy())
    socket.on('error', () => {}) // a reset is as good an end as any
    await once(socket, 'connect')
    return socket
  }
  const silent = await Promise.all(Array.from({ length: 32 }, open))
  const refused = await open()
  t.is(
    await readText(refused).catch(() => ''),
    '',
    'it is closed without an answer, which one that is too slow would get',
  )
  t.deepEqual(
    silent.filter(socket => socket.closed),
    [],
  )
  silent[0]?.destroy()
  const isServed = async () => (await fetch(`${url}/health`).catch(() => undefined))?.status === 200
  await until(isServed, 'a connection is served again', 4000)
})

test('closing the metrics endpoint does not wait for silent clients', async t => {
  const { endpoint } = await serve(t)
  const socket = connect(endpoint.address.port, '127.0.0.1')
  await new Promise(resolve => socket.once('connect', resolve))
  socket.on('error', () => {}) // a reset is as good an end as any
  const closed = new Promise(resolve => socket.once('close', resolve))
  await endpoint.close()
  await closed
  t.pass()
})
