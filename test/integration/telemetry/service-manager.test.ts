import test, { type ExecutionContext } from 'ava'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, closeSync, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findFreePorts } from '../../../src/demo/role-process.ts'
import { listenForNotifications } from '../../helpers/systemd/notify-listener.ts'
import { forwarderCommand, ofProgram } from '../../helpers/process/roles.ts'
import { stopProcess } from '../../helpers/process/stop-process.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

interface Unit {
  readonly role: 'agent' | 'collector'
  readonly config: object
  readonly args?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly isInJournal?: boolean
}

/** Starts a role as a service manager does. */
async function startUnit(t: ExecutionContext, { role, config, ...unit }: Unit) {
  const dir = await makeTempDir(t)
  const [configPath, logPath] = [join(dir, 'config.json'), join(dir, 'log')]
  const write = (change: object = {}) =>
    writeFileSync(configPath, JSON.stringify({ stateDir: join(dir, 'state'), ...config, ...change }))
  write()
  const manager = listenForNotifications(t, join(dir, 'notify'))
  const log = openSync(logPath, 'a')
  const { dev, ino } = fstatSync(log, { bigint: true })
  const env = {
    ...process.env,
    NOTIFY_SOCKET: manager.address,
    JOURNAL_STREAM: unit.isInJournal === true ? `${dev}:${ino}` : `${dev}:${ino + 1n}`,
    ...unit.environment,
  }
  const args = [role, '--config', configPath, ...(unit.args ?? [])]
  const child = spawn(forwarderCommand, args, { env, stdio: ['ignore', 'ignore', log] })
  closeSync(log)
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>
  t.teardown(() => child.kill('SIGKILL'))
  const readLog = () => readFileSync(logPath, 'utf8')
  return { child, exited, manager, configPath, readLog, write }
}

async function makeAgentConfig(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  const logs = join(dir, 'logs')
  await mkdir(logs)
  appendFileSync(join(logs, 'a.log'), 'a line\n')
  const [port = 0] = await findFreePorts(1)
  return { network: { servers: [`127.0.0.1:${port}`], tls: false }, files: [{ paths: [join(logs, '*.log')] }] }
}

async function makeCollectorConfig() {
  const [port = 0] = await findFreePorts(1)
  return { listen: `127.0.0.1:${port}` }
}

const YES = /^1$/u
const isSign = (message: object) => 'WATCHDOG' in message
const roles = {
  agent: { makeConfig: makeAgentConfig, sentence: /^following 1 file, 7 B behind, connected to 0 of 1 collector; / },
  collector: { makeConfig: makeCollectorConfig, sentence: /^0 connections, 0 events\/s, store answers$/u },
} as const

for (const role of ['agent', 'collector'] as const) {
  test(
    ofProgram(`the ${role} notifies the service manager of its start, its reloads, failed ones too, and its stop`),
    async t => {
      const { makeConfig, sentence } = roles[role]
      const { child, exited, manager, write, configPath, readLog } = await startUnit(t, {
        role,
        config: await makeConfig(t),
      })
      const started = await manager.waitFor('READY', YES)
      const statusAt = await manager.waitFor('STATUS', sentence)
      t.true(statusAt >= started)
      t.true(manager.messages.slice(0, started).every(({ READY, RELOADING }) => !READY && !RELOADING))

      write({ shutdownTimeout: '1s' })
      child.kill('SIGHUP')
      const reloading = await manager.waitFor('RELOADING', YES, statusAt)
      t.true(Number(manager.messages[reloading]?.['MONOTONIC_USEC']) > 0)
      const reloaded = await manager.waitFor('READY', YES, reloading)

      writeFileSync(configPath, '{')
      child.kill('SIGHUP')
      const failing = await manager.waitFor('RELOADING', YES, reloaded)
      const failed = await manager.waitFor('READY', YES, failing)
      t.regex(manager.messages[failed]?.['STATUS'] ?? '', /the changed configuration is not in use: .*config\.json:1:/u)

      child.kill('SIGTERM')
      const stopping = await manager.waitFor('STOPPING', YES, failed)
      t.is(manager.messages[stopping]?.['EXTEND_TIMEOUT_USEC'], '11000000', 'the patience of the second configuration')
      t.deepEqual(await exited, [0, null])
      t.false(manager.messages.slice(stopping).some(({ READY }) => READY !== undefined))
      t.false(readLog().includes('ExperimentalWarning'))
    },
  )
}

test(
  ofProgram('an agent sends watchdog pings while its collector is down for longer than the watchdog waits'),
  async t => {
    const config = await makeAgentConfig(t)
    const { manager } = await startUnit(t, { role: 'agent', config, environment: { WATCHDOG_USEC: '600000' } })
    const ready = await manager.waitFor('READY', YES)
    await until(() => manager.messages.slice(ready).filter(isSign).length >= 8, 'four times the watchdog has passed')
    t.false(manager.messages.some(({ STATUS }) => STATUS?.includes('stuck')))
    await manager.waitFor('STATUS', /connected to 0 of 1 collector; .*refuses connections/u)
  },
)

test(
  ofProgram('a collector whose Elasticsearch is down is ready, reports that in its status, and sends watchdog pings'),
  async t => {
    const [port = 0] = await findFreePorts(1)
    const config = {
      ...(await makeCollectorConfig()),
      store: { type: 'elasticsearch', hosts: [`http://127.0.0.1:${port}`] },
    }
    const { manager } = await startUnit(t, { role: 'collector', config, environment: { WATCHDOG_USEC: '600000' } })
    const ready = await manager.waitFor('READY', YES)
    t.regex(manager.messages[ready]?.['STATUS'] ?? '', /^0 connections, 0 events\/s, store takes nothing: /u)
    await until(() => manager.messages.slice(ready).filter(isSign).length >= 8, 'four times the watchdog has passed')
    t.false(manager.messages.some(({ STATUS }) => STATUS?.includes('stuck')))
  },
)

test(ofProgram('a stopped process sends no watchdog pings, and sends them again when it continues'), async t => {
  const environment = { WATCHDOG_USEC: '400000' }
  const { child, manager } = await startUnit(t, { role: 'collector', config: await makeCollectorConfig(), environment })
  const ready = await manager.waitFor('READY', YES)
  await manager.waitFor('WATCHDOG', YES, ready)
  const pid = child.pid ?? 0
  stopProcess(pid)
  const others = await startUnit(t, { role: 'collector', config: await makeCollectorConfig(), environment })
  const count = manager.messages.length
  const otherReady = await others.manager.waitFor('READY', YES)
  await until(() => others.manager.messages.length > otherReady + 5, 'another one has given signs of life meanwhile')
  t.true(manager.messages.length <= count + 1)
  child.kill('SIGCONT')
  await manager.waitFor('WATCHDOG', YES, manager.messages.length)
})

for (const signal of ['SIGHUP', 'SIGTERM'] as const) {
  test(ofProgram(`${signal} in the first moments of a start does not end the process abruptly`), async t => {
    const config = await makeAgentConfig(t)
    const { child, exited, manager, readLog } = await startUnit(t, { role: 'agent', config })
    const hangUp = 1n // Node itself never catches it: then the program does, and all that it holds
    const catches = () => {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      return (BigInt(`0x${/^SigCgt:\t([0-9a-f]+)$/mu.exec(status)?.[1] ?? '0'}`) & hangUp) !== 0n
    }
    while (!catches()) await new Promise(resolve => setImmediate(resolve))
    child.kill(signal)
    t.is(readLog(), '', 'it has not begun with anything')
    if (signal === 'SIGTERM') {
      t.deepEqual(await exited, [0, null])
      t.regex(readLog(), /"stopped"/u)
      return
    }
    await manager.waitFor('READY', YES)
    t.is(child.exitCode, null)
  })
}

test(
  ofProgram('a log line in the journal begins with its priority, at every level; elsewhere it does not'),
  async t => {
    const config = { ...(await makeAgentConfig(t)), log: { level: 'debug' } }
    const journal = await startUnit(t, { role: 'agent', config, isInJournal: true })
    const file = await startUnit(t, { role: 'agent', config })
    await journal.manager.waitFor('STATUS', /refuses connections/u)
    await file.manager.waitFor('STATUS', /refuses connections/u)
    writeFileSync(journal.configPath, '{')
    journal.child.kill('SIGHUP')
    await journal.manager.waitFor('STATUS', /not in use/u)
    const severities = { debug: 7, info: 6, warn: 4, error: 3 }
    const lines = journal.readLog().trimEnd().split('\n')
    for (const line of lines) {
      const { level } = JSON.parse(line.replace(/^<\d>/u, '')) as { level: keyof typeof severities }
      t.true(line.startsWith(`<${severities[level]}>{`), line)
    }
    t.true([6, 4, 3].every(severity => lines.some(line => line.startsWith(`<${severity}>`))))
    for (const line of file.readLog().trimEnd().split('\n')) t.true(line.startsWith('{'), line)
  },
)

test(ofProgram('a service manager that cannot be reached is logged as one warning, and the role works'), async t => {
  const environment = { NOTIFY_SOCKET: '/nowhere/at/all' }
  const { child, exited, readLog } = await startUnit(t, {
    role: 'collector',
    config: await makeCollectorConfig(),
    environment,
  })
  await until(() => readLog().includes('collector is listening'), 'it works')
  child.kill('SIGTERM')
  t.deepEqual(await exited, [0, null])
  t.is(readLog().match(/service manager/gu)?.length, 1)
})
