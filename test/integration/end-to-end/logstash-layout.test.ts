import test from 'ava'
import { appendFile, copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findFreePorts, startRole } from '../../../src/demo/role-process.ts'
import { searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { makeNamelessCertificate } from '../../helpers/trust/certificates.ts'
import { startEtcd } from '../../helpers/servers/etcd.ts'
import { forwarderCommand, ofProgram } from '../../helpers/process/roles.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

const everything = { text: '', fields: [], limit: 0 }

test(
  ofProgram(
    'a fleet in the logstash layout of etcd finds, trusts and uses the pair of its keys, through a new pair and a restart',
  ),
  async t => {
    const dir = await makeTempDir(t)
    const etcd = await startEtcd(t)
    const { certificate, key } = await makeNamelessCertificate(dir)
    const [port = 0, collectorMetrics = 0, agentMetrics = 0] = await findFreePorts(3)
    const discovery = { etcd: { endpoints: etcd.endpoints, layout: 'logstash' } }
    const storePath = join(dir, 'events.db')
    const configs = {
      collector: {
        listen: [`127.0.0.1:${port}`],
        tls: { certificate, key, ca: certificate, clientAuth: 'required' },
        discovery,
        advertise: { privateKey: 'readable by everyone who can read etcd' },
        store: { type: 'embedded', path: storePath },
        stateDir: join(dir, 'collector'),
        metrics: { listen: `127.0.0.1:${collectorMetrics}` },
      },
      agent: {
        discovery,
        files: [{ paths: [join(dir, 'sinatra.log')], fields: { type: 'syslog' } }],
        stateDir: join(dir, 'agent'),
        metrics: { listen: `127.0.0.1:${agentMetrics}` },
      },
    }
    const start = async (role: 'agent' | 'collector') => {
      const [configPath, logPath] = [join(dir, `${role}.json`), join(dir, `${role}.out`)]
      await writeFile(configPath, JSON.stringify(configs[role]))
      const metricsPort = role === 'agent' ? agentMetrics : collectorMetrics
      const process = startRole({ role, configPath, logPath, metricsPort, command: forwarderCommand })
      t.teardown(() => process.kill())
      return process
    }
    // Before the store is there nothing is found.
    const messages = async () => {
      const hits = await Array.fromAsync(searchEmbedded(storePath, everything)).catch(() => [])
      return hits.map(({ document }) => String(document['message'])).toSorted()
    }
    const deliver = async (line: string) => {
      await appendFile(join(dir, 'sinatra.log'), `${line}\n`)
      await until(async () => (await messages()).includes(line), `"${line}" is stored`, 60_000)
    }

    const agent = await start('agent') // which waits: no server is in etcd yet
    const collector = await start('collector')
    await deliver('first')
    t.regex(await etcd.etcdctl('get', '/logstash/ssl_private_key'), /PRIVATE KEY/)

    const fresh = await makeNamelessCertificate(await makeTempDir(t))
    await collector.stop()
    t.is((await etcd.etcdctl('get', '--prefix', '/logstash/')).trim(), '', 'an orderly stop takes the keys away')
    await copyFile(fresh.certificate, certificate)
    await copyFile(fresh.key, key)
    await start('collector')
    await deliver('second')
    t.deepEqual(await messages(), ['first', 'second'])
    await addsUpIn(t, agent)
  },
)
