import anyTest, { type TestFn } from 'ava'
import { copyFile, readlink } from 'node:fs/promises'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { buildPackages, OLD_VERSION } from '../../helpers/packages/packages.ts'
import { patience } from '../../helpers/time/patience.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { AGENT_METRICS, type MachineLines, makeLines, numbers } from '../../helpers/systemd/systemd-lines.ts'
import { startSystemd, type SystemdMachine } from '../../helpers/systemd/systemd.ts'
import { until } from '../../helpers/time/until.ts'

interface Scene extends SystemdMachine, MachineLines {
  /** Of the agent's log, which grows all the while. */
  readonly stopWriting: () => Promise<number>
}

const packageTest = anyTest as TestFn<Scene>
const test = packageTest.serial
const scope = makeScope()
/** For conf.d. */
const followed = { files: [{ paths: ['/var/log/app/*.log'] }], metrics: AGENT_METRICS }
const [agent, collector, authority] = ['forwarder', 'forwarder-collector', 'forwarder-ca']

packageTest.before(async t => {
  t.timeout(patience(400_000), 'executables and packages are built')
  const machine = await startSystemd(scope, { isBare: true })
  await bringPackages(machine)
  await machine.run('rm', '-f', policy)
  const lines = await makeLines(machine, '/etc/forwarder/collector.json')
  const stopWriting = lines.keepWriting('steady')
  scope.teardown(stopWriting)
  t.context = { ...machine, ...lines, stopWriting }
})
packageTest.after.always(() => scope.end())

/** Where images of machines are built there is one that forbids every start. */
const policy = '/usr/sbin/policy-rc.d'

async function bringPackages(machine: SystemdMachine): Promise<void> {
  const { deb, rpm } = await buildPackages()
  const packages = { 'old.deb': deb(OLD_VERSION), 'new.deb': deb(), 'old.rpm': rpm(OLD_VERSION), 'new.rpm': rpm() }
  for (const [name, path] of Object.entries(packages)) await copyFile(path, machine.outside(`/run/${name}`))
}

async function installDeb(scene: Scene, age: 'old' | 'new'): Promise<void> {
  await scene.run('dpkg', '--install', `/run/${age}.deb`)
}

/** There is no package of rpm's on this machine that could bring what ours depends on. */
async function runRpm(scene: Scene, ...args: readonly string[]): Promise<void> {
  await scene.run('rpm', '--nodeps', ...args)
}

/** `active enabled`, of each of the three. */
async function states(scene: Scene): Promise<Record<string, string>> {
  const state = async (unit = '') => {
    const enabled = (await scene.attempt('systemctl', 'is-enabled', unit)).stdout.trim()
    return `${await scene.property(unit, 'ActiveState')} ${enabled}`
  }
  return { agent: await state(agent), collector: await state(collector), authority: await state(authority) }
}

async function waitForMore(scene: Scene): Promise<void> {
  const before = (await scene.stored('steady')).length
  await until(async () => (await scene.stored('steady')).length > before, 'more lines are stored')
}

/** Neither a program that was replaced nor one that was removed. */
async function runsInstalled(scene: Scene, unit = ''): Promise<boolean> {
  const path = await readlink(scene.outside(`/proc/${await scene.property(unit, 'MainPID')}/exe`))
  return path === '/usr/bin/forwarder'
}

test('an installation starts no service where a policy forbids it', async t => {
  await t.context.put(policy, '#!/bin/sh\nexit 101\n')
  await t.context.run('chmod', '755', policy)
  await installDeb(t.context, 'old')
  t.deepEqual(await states(t.context), {
    agent: 'inactive enabled',
    collector: 'inactive disabled',
    authority: 'inactive disabled',
  })
  await t.context.run('dpkg', '--purge', 'forwarder')
  await t.context.run('rm', policy)
})

test('an installation starts only the agent, which follows no file', async t => {
  await installDeb(t.context, 'old')
  t.deepEqual(await states(t.context), {
    agent: 'active enabled',
    collector: 'inactive disabled',
    authority: 'inactive disabled',
  })
  t.regex(
    await t.context.property(agent, 'StatusText'),
    /^following 0 files, 0 B behind, connected to 0 of 1 collector/u,
  )
})

test('files in conf.d are used, and their lines arrive at the collector in its shipped configuration', async t => {
  await t.context.systemctl('enable', '--now', collector)
  await t.context.put('/etc/forwarder/conf.d/app.json', JSON.stringify(followed))
  await waitForMore(t.context)
  t.true(await runsInstalled(t.context, agent))
})

test('an upgrade restarts the running services in order, and starts no other', async t => {
  const pids = async () => await Promise.all([agent, collector].map(unit => t.context.property(unit, 'MainPID')))
  const before = await pids()
  await installDeb(t.context, 'new')
  t.deepEqual(await states(t.context), {
    agent: 'active enabled',
    collector: 'active enabled',
    authority: 'inactive disabled',
  })
  t.false((await pids()).some(pid => before.includes(pid)))
  for (const unit of [agent, collector]) {
    t.true(await runsInstalled(t.context, unit))
    const messages = (await t.context.journal(unit)).map(({ MESSAGE }) => MESSAGE)
    t.true(
      messages.some(message => message.includes('"message":"stopped"')),
      unit,
    )
    t.false(
      messages.some(message => /Killing|Failed/u.test(message)),
      unit,
    )
  }
  await waitForMore(t.context)
})

test('an upgrade does not start stopped or disabled services, and restarts running ones even if they are not enabled', async t => {
  await t.context.systemctl('disable', '--now', agent)
  await t.context.systemctl('disable', collector)
  const pid = await t.context.property(collector, 'MainPID')
  await installDeb(t.context, 'new')
  t.deepEqual(await states(t.context), {
    agent: 'inactive disabled',
    collector: 'active disabled',
    authority: 'inactive disabled',
  })
  t.not(await t.context.property(collector, 'MainPID'), pid)
  await t.context.systemctl('enable', '--now', agent)
  await waitForMore(t.context)
})

test('a removal stops the services in order, and they continue at the same position once installed again', async t => {
  await t.context.run('dpkg', '--remove', 'forwarder')
  for (const unit of [agent, collector]) t.is(await t.context.property(unit, 'ActiveState'), 'inactive')
  t.is((await t.context.attempt('pgrep', '-u', 'forwarder')).stdout, '')
  t.is(await t.context.property(agent, 'LoadState'), 'not-found')
  await installDeb(t.context, 'new')
  await t.context.systemctl('start', collector)
  const count = await t.context.stopWriting()
  t.deepEqual(await t.context.waitUntilStored('steady', count), numbers(count), 'through all of this: each line once')
  await addsUpIn(t, t.context)
})

test('a purge stops the services and deletes their state', async t => {
  await t.context.run('dpkg', '--purge', 'forwarder')
  t.is((await t.context.attempt('pgrep', '-u', 'forwarder')).stdout, '')
  t.is((await t.context.attempt('ls', '/var/lib/forwarder')).stdout, '')
  t.is((await t.context.attempt('ls', '/etc/forwarder/collector.json')).code, 2)
  for (const unit of [agent, collector]) t.is(await t.context.property(unit, 'LoadState'), 'not-found')
})

test('with rpm the presets choose the services that start, an upgrade restarts running services, and an erasure stops them', async t => {
  await t.context.put('/etc/systemd/system-preset/99-default-disable.preset', 'disable *\n')
  await runRpm(t.context, '--install', '/run/old.rpm')
  const nothing = { agent: 'inactive disabled', collector: 'inactive disabled', authority: 'inactive disabled' }
  t.deepEqual(await states(t.context), nothing)
  await t.context.systemctl('start', collector)
  await t.context.systemctl('start', agent)
  const stopWriting = t.context.keepWriting('other')
  await until(async () => (await t.context.stored('other')).length > 0, 'lines are stored')

  const pid = await t.context.property(collector, 'MainPID')
  await runRpm(t.context, '--upgrade', '/run/new.rpm')
  t.deepEqual(await states(t.context), { ...nothing, agent: 'active disabled', collector: 'active disabled' })
  t.not(await t.context.property(collector, 'MainPID'), pid)
  for (const unit of [agent, collector]) t.true(await runsInstalled(t.context, unit))
  const count = await stopWriting()
  t.deepEqual(await t.context.waitUntilStored('other', count), numbers(count))
  await addsUpIn(t, t.context)

  await runRpm(t.context, '--erase', 'forwarder')
  t.is((await t.context.attempt('pgrep', '-u', 'forwarder')).stdout, '')
  for (const unit of [agent, collector]) t.is(await t.context.property(unit, 'LoadState'), 'not-found')
})
