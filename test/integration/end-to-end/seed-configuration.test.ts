import test from 'ava'
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { findFreePorts, startRole } from '../../../src/demo/role-process.ts'
import { searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { forwarderCommand, ofProgram } from '../../helpers/process/roles.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

const everything = { text: '', fields: [], limit: 0 }

/** Certificate and key as the boot script of a logstash container makes them: self-signed, without any name in it. */
async function makeSelfSigned(dir: string): Promise<{ readonly certificate: string; readonly key: string }> {
  const [certificate, key] = [join(dir, 'logstash-forwarder.crt'), join(dir, 'logstash-forwarder.key')]
  const args = ['req', '-x509', '-batch', '-nodes', '-newkey', 'rsa:2048', '-keyout', key, '-out', certificate]
  await promisify(execFile)('openssl', args)
  return { certificate, key }
}

/** As the boot script of the container writes it. */
function writeForwarderConfig(options: { dir: string; port: number; certificate: string; key: string }): string {
  const { dir, port, certificate, key } = options
  return `{
  "network": {
    "servers": [ "127.0.0.1:${port}" ],
    "ssl certificate": "${certificate}",
    "ssl key": "${key}",
    "ssl ca": "${certificate}",
    "timeout": 15
  },

  "files": [
    {
      "paths": [
        "${dir}/sinatra.log"
      ],
      "fields": { "type": "syslog" }
    }
  ]
}
`
}

/** The configuration has no setting for the state directory: it is in the environment. */
function startAgent(dir: string): ChildProcessByStdio<null, null, Readable> {
  const env = { ...process.env, HOME: dir, XDG_STATE_HOME: join(dir, 'state') }
  const user = process.getuid?.() === 0 ? ['unshare', '--mount', 'sh', '-c', ownStateDir(dir)] : []
  const [program, ...args] = [...user, forwarderCommand, '-config', join(dir, 'forwarder.json')]
  return spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
}

test(
  ofProgram('a configuration of logstash-forwarder works unchanged, with one self-signed certificate for all'),
  async t => {
    const dir = await makeTempDir(t)
    const { certificate, key } = await makeSelfSigned(dir)
    const [port = 0, metricsPort = 0] = await findFreePorts(2)
    const storePath = join(dir, 'events.db')
    const collectorConfig = {
      listen: [`127.0.0.1:${port}`],
      tls: { certificate, key, ca: certificate, clientAuth: 'required' },
      store: { type: 'embedded', path: storePath },
      stateDir: join(dir, 'collector'),
      metrics: { listen: `127.0.0.1:${metricsPort}` },
    }
    await writeFile(join(dir, 'collector.json'), JSON.stringify(collectorConfig))
    await writeFile(join(dir, 'forwarder.json'), writeForwarderConfig({ dir, port, certificate, key }))
    await appendFile(join(dir, 'sinatra.log'), '{"@fields":{"status":"200"}}\n')
    const collector = startRole({
      role: 'collector',
      configPath: join(dir, 'collector.json'),
      logPath: join(dir, 'collector.log'),
      metricsPort,
      command: forwarderCommand,
    })
    t.teardown(() => collector.kill())
    await collector.ready()

    const agent = startAgent(dir)
    const exited = once(agent, 'exit')
    t.teardown(() => agent.kill('SIGKILL'))
    let log = ''
    agent.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
    const stored = async () => (await collector.readMetrics()).get('forwarder_events_stored_total') ?? 0
    await until(async () => (await stored()) >= 1, 'the line is stored')
    agent.kill('SIGTERM')
    t.deepEqual(await exited, [0, null])
    t.is(await collector.stop(), 0)
    const [hit] = await Array.fromAsync(searchEmbedded(storePath, everything))
    t.like(hit?.document, { type: 'syslog', message: '{"@fields":{"status":"200"}}' })
    t.regex(log, /trusting it because it is in the CA file itself/u)
  },
)

/** For root the state is in /var/lib/forwarder: a mount that only this process sees replaces it. */
function ownStateDir(dir: string): string {
  return `mkdir -p ${dir}/var && mount --bind ${dir}/var /var/lib && exec "$0" "$@"`
}
