import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { findFreePorts, type RoleProcess } from '../../../src/demo/role-process.ts'
import { judge } from '../../../src/demo/verdict.ts'
import { searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { makeAccessLog } from '../../helpers/files/access-log.ts'
import { makePair, ofProgram, type Pair } from '../../helpers/process/roles.ts'
import { writeRotating } from '../../helpers/files/rotating-writer.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { until } from '../../helpers/time/until.ts'

type Config = Readonly<Record<string, unknown>>
type Role = 'agent' | 'collector'

const everything = { text: '', fields: [], limit: 0 }
const RELOADS = 100
/** Lines of the file that is always followed, and of the one that comes and goes. */
const [STEADY, FITFUL] = [40_000, 2000]

/** A role whose configuration changes. */
class Reloaded {
  readonly #pair: Pair
  readonly #role: Role
  readonly #process: RoleProcess
  #pid = 0
  #initial: Config = {}
  /** As the metrics have to show them. */
  reloads = 0
  failures = 0

  constructor(pair: Pair, role: Role, process: RoleProcess) {
    this.#pair = pair
    this.#role = role
    this.#process = process
  }

  async ready(): Promise<Config> {
    await this.#process.ready()
    this.#pid = Number(/"pid":(\d+)/u.exec(await this.#pair.readLog(this.#role))?.[1])
    this.#initial = JSON.parse(await readFile(this.#path, 'utf8')) as Config
    return this.#initial
  }

  /** Changes members of the configuration that it was started with, and waits until the change was taken up or refused. */
  async change(change: Config, isValid = true): Promise<void> {
    const fresh = `${this.#path}.new`
    await writeFile(fresh, JSON.stringify({ ...this.#initial, ...change }))
    await rename(fresh, this.#path)
    process.kill(this.#pid, 'SIGHUP')
    if (isValid) this.reloads++
    else this.failures++
    await until(async () => {
      const metrics = await this.#process.readMetrics()
      const [reloads, failures] = ['reloads', 'reload_failures'].map(name =>
        metrics.get(`forwarder_config_${name}_total`),
      )
      return reloads === this.reloads && failures === this.failures
    }, `the ${this.#role} has taken up ${this.reloads} configurations and refused ${this.failures}`)
  }

  get #path(): string {
    return join(this.#pair.dir, `${this.#role}.json`)
  }
}

test.serial(ofProgram(`no line is lost or stored twice in ${RELOADS} reloads of both roles under load`), async t => {
  const pair = await makePair(t)
  const processes = { collector: await pair.startCollector(), agent: await pair.startAgent() }
  const collector = new Reloaded(pair, 'collector', processes.collector)
  const agent = new Reloaded(pair, 'agent', processes.agent)
  const [collectorConfig, agentConfig] = [await collector.ready(), await agent.ready()]
  const [otherPort = 0] = await findFreePorts(1)
  await mkdir(join(pair.dir, 'fitful'))
  const fitful = join(pair.dir, 'fitful', 'other.txt')

  const writing = writeRotating(pair.logFile, STEADY, { rotateEvery: 4000 })
  for (let i = 0; i < RELOADS; i++) {
    const share = FITFUL / RELOADS
    await appendFile(fitful, makeAccessLog(STEADY + 1 + i * share, STEADY + 1 + (i + 1) * share))
    if (i % 10 === 9) {
      await Promise.all([agent.change({ spoolSize: 'many' }, false), collector.change({ listen: [] }, false)])
      continue
    }
    await Promise.all([
      agent.change(changeAgent(agentConfig, i, fitful)),
      collector.change(changeCollector(collectorConfig, i, otherPort)),
    ])
  }
  await writing
  await agent.change(changeAgent(agentConfig, 0, fitful))
  const acked = async () => (await processes.agent.readMetrics()).get('forwarder_events_acked_total') ?? 0
  await until(async () => (await acked()) >= STEADY + FITFUL, 'all lines are acked', 60_000)
  await addsUpIn(t, processes.agent)
  t.is(await processes.agent.stop(), 0)
  t.is(await processes.collector.stop(), 0)

  const found = await judge(searchEmbedded(pair.storePath, everything), STEADY + FITFUL)
  t.deepEqual(found, { stored: STEADY + FITFUL, lost: 0, twice: 0 })
  t.true(agent.reloads > 50 && agent.failures === 10)
  const rounds = new Set<unknown>()
  for await (const { document } of searchEmbedded(pair.storePath, everything)) rounds.add(document['round'])
  t.true(rounds.size > 10, 'the lines were not cut under many configurations')
})

function changeAgent(config: Config, i: number, fitful: string): Config {
  const [first] = config['files'] as readonly Config[]
  const network = config['network'] as Config
  const files = [
    { ...first, fields: { service: 'shop', round: i } },
    ...(i % 3 === 0 ? [{ paths: [fitful], fields: { round: i } }] : []),
  ]
  const balance = ['random', 'failover', 'all'][i % 3]
  return {
    files,
    spoolSize: 100 + (i % 7) * 300,
    pollInterval: i % 2 === 0 ? '1s' : '100ms',
    network: { ...network, balance, windowsInFlight: 1 + (i % 4), compressionLevel: i % 3 },
    log: { level: i % 5 === 0 ? 'debug' : 'info' },
  }
}

function changeCollector(config: Config, i: number, otherPort: number): Config {
  const [own] = config['listen'] as readonly string[]
  const tls = config['tls'] as Config
  return {
    listen: i % 2 === 0 ? [own] : [own, `127.0.0.1:${otherPort}`],
    tls: { ...tls, clientAuth: i % 4 === 0 ? 'optional' : 'required' },
    limits: { connections: 100 + i, bytesInFlight: `${64 + i}MiB` },
    keepalive: `${1 + (i % 3)}s`,
    shutdownTimeout: '10s',
  }
}
