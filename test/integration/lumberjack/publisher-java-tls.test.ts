import test, { type ExecutionContext } from 'ava'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { makeNumberedBatches } from '../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../../helpers/lumberjack/publishers.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'

// The TLS of Java, on which the Beats input of Logstash is built: it has its own way with offers of ALPN.

const run = promisify(execFile)
const source = new URL('../../fixtures/java/AckingServer.java', import.meta.url).pathname

/** `names`: those of ALPN that the server knows. */
async function startJavaServer(t: ExecutionContext, names: readonly string[]) {
  const dir = await makeTempDir(t)
  const { ca, server } = await makeCertificates(dir)
  const keys = join(dir, 'keys.p12')
  const pair = ['-inkey', server.key, '-in', server.certificate]
  await run('openssl', ['pkcs12', '-export', ...pair, '-out', keys, '-passout', 'pass:password'])
  const child = spawn('java', ['-Xshare:auto', '-XX:TieredStopAtLevel=1', source, keys, ...names], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(async () => {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => String((await lines.next()).value)
  return { port: Number(await next()), tls: { ca }, next }
}

test('a Java server that knows nothing of ALPN ignores the offer, and gets every window over the first connection', async t => {
  const { port, tls, next } = await startJavaServer(t, [])
  const publisher = startPublisher(t, [{ host: '127.0.0.1', port }], { tls })
  for (const batch of makeNumberedBatches(2, 3)) await publisher.send(batch)
  t.deepEqual([await next(), await next()], ['2 C 3', '2 C 3'])
  t.like(publisher.status(), { connectionsMade: 1, connectFailures: 0 })
  t.like(publisher.status().links[0]?.state, { form: 'lumberjack' })
})

test('a Java server that knows another name only refuses the offer, and gets every window without it', async t => {
  const { port, tls, next } = await startJavaServer(t, ['h2'])
  const publisher = startPublisher(t, [{ host: '127.0.0.1', port }], { tls })
  for (const batch of makeNumberedBatches(2, 3)) await publisher.send(batch)
  const lines = [await next(), await next(), await next()]
  t.deepEqual(lines.slice(1), ['2 C 3', '2 C 3'])
  t.regex(lines[0]!, /application layer protocol/)
  t.like(publisher.status(), { connectionsMade: 1, connectFailures: 0 })
  t.true(publisher.log.lines.every(({ level }) => level === 'info' || level === 'debug'))
})
