import test, { type ExecutionContext } from 'ava'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { readHolder } from '../../../src/sqlite/state-directory-lock.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'
import { checkConfig } from '../../helpers/process/check-config.ts'
import { findFreePort } from '../../helpers/servers/java-server.ts'
import { startLumberSink } from '../../helpers/peers/lumber-sink.ts'
import { makeScene } from '../../helpers/process/mistake-scene.ts'
import { startScriptedServer } from '../../helpers/peers/scripted-server.ts'
import { ByteSource } from '../../helpers/lumberjack/seen-windows.ts'
import { stopProcess } from '../../helpers/process/stop-process.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

/** Of an agent that sends to 127.0.0.1. */
async function checkServer(t: ExecutionContext, port: number, network: object) {
  const dir = await makeTempDir(t)
  return await checkConfig(t, {
    network: { servers: [`127.0.0.1:${port}`], ...network },
    files: [{ paths: [join(dir, '*.log')] }],
    stateDir: dir,
  })
}

for (const security of ['plain text', 'TLS'] as const) {
  test(`check --connect detects a receiver of protocol 1 only over ${security}, names the setting, and sends no event`, async t => {
    const { ca, server } = await makeCertificates(await makeTempDir(t))
    const tls = { cert: server.certificate, key: server.key }
    const sink = await startLumberSink(t, { protocols: [1], ...(security === 'TLS' && { tls }) })
    const network = { tls: security === 'TLS' ? { ca } : false }
    const wrong = await checkServer(t, sink.port, network)
    t.is(wrong.code, 1)
    t.regex(
      wrong.err,
      /^127\.0\.0\.1:\d+ … the server at 127\.0\.0\.1:\d+ hangs up on Lumberjack protocol 2 and accepts protocol 1: add "protocol": 1 to "network"/m,
    )
    const right = await checkServer(t, sink.port, { ...network, protocol: 1 })
    t.is(right.code, 0, right.err)
    t.regex(right.out, /^127\.0\.0\.1:\d+ … ok: .*it reads protocol 1 and does not answer an empty window$/m)
    t.is((await sink.stop()).windows, 0)
  })
}

test('check --connect detects a receiver of protocol 2 only if protocol 1 is configured', async t => {
  const sink = await startLumberSink(t, { protocols: [2] })
  const { code, err } = await checkServer(t, sink.port, { tls: false, protocol: 1 })
  t.is(code, 1)
  t.regex(err, /hangs up on Lumberjack protocol 1 and accepts protocol 2: remove "protocol": 1 from "network"/)
  const right = await checkServer(t, sink.port, { tls: false })
  t.is(right.code, 0, right.err)
  t.regex(right.out, /ok: plain text; it reads protocol 2 and does not answer an empty window$/m)
  t.is((await sink.stop()).windows, 0)
})

test('check --connect detects a receiver that accepts windows of both protocols, but events of protocol 1 only', async t => {
  const server = await startScriptedServer(t, async ({ socket }) => {
    const bytes = new ByteSource(socket)
    for (let head = await bytes.take(2); head !== undefined; head = await bytes.take(2)) {
      const [version, type] = String(head)
      if (type === 'W') await bytes.take(4)
      else if (version === '1' && type === 'D') return // waits for the rest
      else return void socket.destroy()
    }
  })
  const { code, err } = await checkServer(t, server.port, { tls: false })
  t.is(code, 1)
  t.regex(err, /hangs up on Lumberjack protocol 2 and accepts protocol 1/)
})

test('check --connect reports a frozen receiver as an error, although the kernel accepts the connection', async t => {
  const sink = await startLumberSink(t)
  stopProcess(sink.pid)
  const { code, err } = await checkServer(t, sink.port, { tls: false })
  process.kill(sink.pid, 'SIGCONT')
  t.is(code, 1)
  t.regex(err, /accepts the connection but never answers: it is stuck or overloaded/)
})

test('check --connect accepts a collector that is slow to answer an empty window', async t => {
  const scene = await makeScene(t)
  await scene.configure('collector', false)
  await scene.configure('agent', false)
  await scene.start('collector')
  await scene.untilLogged('collector', [/collector is listening/])
  const pid = readHolder(scene.path('collector-state'))?.holder.pid ?? 0
  stopProcess(pid)
  const timer = setTimeout(() => process.kill(pid, 'SIGCONT'), 3500)
  t.teardown(() => clearTimeout(timer))
  const startMs = performance.now()
  const { code, out, err } = await scene.check('agent', '--connect')
  t.true(performance.now() - startMs >= 3000, 'it was frozen meanwhile')
  t.is(code, 0, err)
  t.regex(out, /^localhost:\d+ … ok: plain text$/m)
})

for (const afterMs of [2000, 3500])
  test(`check --connect reports a server that closes each connection after ${afterMs} ms as an error`, async t => {
    const server = await startScriptedServer(t, ({ socket }) => {
      socket.resume()
      setTimeout(() => socket.destroy(), afterMs).unref()
    })
    const { code, err } = await checkServer(t, server.port, { tls: false })
    t.is(code, 1)
    t.regex(err, /closed the connection without an answer/)
  })

test('check --connect detects a TLS server that does not answer plain text', async t => {
  const { server } = await makeCertificates(await makeTempDir(t))
  const port = await findFreePort()
  const files = ['-cert', server.certificate, '-key', server.key]
  const child = spawn('openssl', ['s_server', '-accept', `127.0.0.1:${port}`, ...files, '-quiet'], { stdio: 'ignore' })
  t.teardown(() => child.kill())
  const check = async () => await checkServer(t, port, { tls: false })
  await until(async () => !(await check()).err.includes('refuses connections'), 'it listens')
  const { code, err } = await check()
  t.is(code, 1)
  t.regex(
    err,
    /speaks TLS \(it shows a certificate for "localhost".*replace "tls": false in "network" by "tls": \{ "ca": … \}/,
  )
})

test('the log of an agent that sends to a receiver of protocol 1 suggests check --connect and the setting', async t => {
  const sink = await startLumberSink(t, { protocols: [1] })
  const scene = await makeScene(t)
  await scene.configure('agent', { servers: [`127.0.0.1:${sink.port}`], tls: false })
  const agent = await scene.start('agent')
  t.regex(
    await scene.untilLogged('agent', [/protocol 2/]),
    /not be a Lumberjack server that supports protocol 2: `forwarder check --connect` tries whether "protocol": 1 in network helps/,
  )
  await scene.configure('agent', { servers: [`127.0.0.1:${sink.port}`], tls: false, protocol: 1 })
  await until(async () => (await sink.stats()).events > 0, 'the line arrives')
  t.is((await sink.events<{ line: string }>())[0]?.line, 'GET /pain of names')
  await addsUpIn(t, agent)
})
