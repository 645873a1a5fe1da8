// Mistakes of logstash-forwarder's users that no handshake shows: see ten-mistakes.test.ts.
import test from 'ava'
import { execFile } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { promisify } from 'node:util'
import { makeScene } from '../../helpers/process/mistake-scene.ts'
import { ONE_LINER, inTurn, pairOf, setUpClient, useClient } from '../../helpers/process/mistake-setups.ts'
import { forwarderCommand } from '../../helpers/process/roles.ts'
import { until } from '../../helpers/time/until.ts'

const NOBODY = 65_534

test('the one-line openssl command of the README makes files that work on both sides (#221, #226), and check warns', async t => {
  await inTurn(async () => {
    const scene = await makeScene(t)
    await scene.openssl(`${ONE_LINER} -keyout server.key -out server.pem -subj /CN=logstash.example.com`)
    const { certificate, key } = pairOf(scene, 'server')
    await scene.configure('agent', { 'ssl certificate': certificate, 'ssl key': key, 'ssl ca': certificate })
    await scene.configure('collector', { ca: certificate })
    const { code, err } = await scene.check('collector')
    t.is(code, 0)
    t.regex(err, /server\.pem \("logstash\.example\.com", signed by itself\) has no subject alternative names/)
    t.regex(err, /forwarder ca issue server --dir DIR --host NAME/)
    await scene.start('collector')
    await scene.start('agent')
    await scene.untilLogged('agent', [/not for this name; trusting it because it is in the CA file itself/])
    await scene.untilDelivered()
    const connected = await scene.check('agent', '--connect')
    t.is(connected.code, 0)
    t.regex(
      connected.err,
      /warning: localhost:\d+ … ok: certificate without subject .* signed by itself.*it is in the CA file itself/,
    )
  })
})

test('check warns of client certificates that the collector never requests (#232)', async t => {
  await inTurn(async () => {
    const scene = await makeScene(t)
    await setUpClient(scene)
    await scene.configure('collector', { ca: scene.path('ca.pem'), clientAuth: 'none' })
    await scene.configure('agent', { tls: { ca: scene.path('ca.pem') } })
    const { code, err } = await scene.check('collector')
    t.is(code, 0)
    t.regex(err, /warning: .*tls\.ca has no effect while tls\.clientAuth is "none"/)
    await scene.start('collector')
    await scene.untilLogged('collector', [/collector is listening/])
    t.is((await scene.check('agent', '--connect')).code, 0, 'anybody is let in')
    await scene.configure('collector', { ca: scene.path('ca.pem') })
    const refused = async () => (await scene.check('agent', '--connect')).err
    await until(
      async () => /demands a client certificate and none is set/.test(await refused()),
      'it is demanded',
      20_000,
    )
    await useClient(scene)
    await scene.start('agent')
    await scene.untilDelivered()
  })
})

test('a collector whose key belongs to another certificate reports that, and does not start', async t => {
  await inTurn(async () => {
    const scene = await makeScene(t)
    await setUpClient(scene)
    await scene.copy('ca/client-web1.key', 'server.key')
    const message = /the key in \S+server\.key does not belong to the certificate in \S+server\.pem \("localhost"\)/
    const { code, err } = await scene.check('collector', '--connect')
    t.is(code, 1)
    t.regex(err, message)
    const collector = await scene.start('collector')
    await scene.untilLogged('collector', [message])
    await t.throwsAsync(collector.ready(), { message: /exit code 2/ })
    await scene.install('server', pairOf(scene, 'ca/server-localhost'))
    await scene.start('collector')
    await scene.start('agent')
    await scene.untilDelivered()
  })
})

test('check, run as the user of the service, reports a key that the user may not read', async t => {
  if (process.getuid?.() !== 0) {
    t.pass('only root can become another user')
    return
  }
  await inTurn(async () => {
    const scene = await makeScene(t)
    await setUpClient(scene)
    await chmod(scene.path('.'), 0o755)
    await chmod(scene.path('client.pem'), 0o644)
    const args = ['check', '--config', scene.path('agent.json')]
    const options = { uid: NOBODY, gid: NOBODY, cwd: '/' }
    const { stderr } = await t.throwsAsync<Error & { stderr: string }>(
      promisify(execFile)(forwarderCommand, args, options),
    )
    t.regex(stderr, /client\.key cannot be read: EACCES/)
  })
})
