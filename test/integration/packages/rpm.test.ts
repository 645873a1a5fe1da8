import anyTest, { type ExecutionContext, type TestFn } from 'ava'
import { basename } from 'node:path'
import { openRoot, SHARED } from '../../helpers/packages/packages-root.ts'
import { buildPackages, OLD_VERSION, type Packages, VERSION } from '../../helpers/packages/packages.ts'
import { patience } from '../../helpers/time/patience.ts'

const rpmTest = anyTest as TestFn<Packages>
// One at a time: each holds what it installs in memory.
const test = rpmTest.serial

rpmTest.before(async t => {
  t.timeout(patience(400_000), 'executables and packages are built')
  t.context = await buildPackages()
})

/** Debian's rpm needs both options, and knows no packages for the dependencies. */
async function openRpm(t: ExecutionContext<Packages>) {
  const root = await openRoot(t, { shared: t.context.dir })
  const rpm = async (...args: string[]) => await root.run('rpm', '--force-debian', ...args)
  const path = (version = VERSION) => `${SHARED}/${basename(t.context.rpm(version))}`
  return { root, rpm, install: async (version?: string) => await rpm('--nodeps', '--upgrade', path(version)) }
}

test('the .rpm installs everything in its place, with owner and mode', async t => {
  const { root, rpm, install } = await openRpm(t)
  await install()
  const expected = {
    '/usr/bin/forwarder': 'root:root 0755',
    '/etc/forwarder/conf.d': 'root:root 0755',
    '/etc/forwarder/forwarder.json': 'root:forwarder 0640',
    '/etc/forwarder/collector.json': 'root:forwarder 0640',
    '/etc/forwarder/ca.json': 'root:forwarder 0640',
    '/var/lib/forwarder': 'forwarder:forwarder 0700',
    '/usr/lib/systemd/system/forwarder.service': 'root:root 0644',
    '/usr/share/man/man1/forwarder.1.gz': 'root:root 0644',
    '/usr/share/zsh/site-functions/_forwarder': 'root:root 0644',
  }
  for (const [path, rights] of Object.entries(expected)) t.is(await root.rights(path), rights, path)
  t.is(await rpm('--verify', '--nodeps', 'forwarder'), '')
  t.is(await root.runAsForwarder('forwarder', '--version'), `${VERSION}\n`)
  t.regex(await root.runAsForwarder('forwarder', 'check', '--config', '/etc/forwarder/forwarder.json'), /^OK: /mu)
  t.deepEqual((await root.run('id', '-Gn', 'forwarder')).trim().split(' '), ['forwarder', 'adm'])
})

test('an upgrade of the .rpm keeps the changes of an operator and the state, and installs new files', async t => {
  const { root, install } = await openRpm(t)
  await install(OLD_VERSION)
  await root.write('/etc/forwarder/forwarder.json', '{ "mine": true }')
  await root.write('/var/lib/forwarder/registry.db', 'state')
  await install()
  t.is(await root.read('/etc/forwarder/forwarder.json'), '{ "mine": true }')
  t.notRegex(await root.read('/etc/forwarder/forwarder.json.rpmnew'), /As it was shipped before/u)
  t.notRegex(await root.read('/etc/forwarder/collector.json'), /As it was shipped before/u)
  t.is(await root.read('/var/lib/forwarder/registry.db'), 'state')
  t.is(await root.run('forwarder', '--version'), `${VERSION}\n`)
})

test('erasing the .rpm leaves the state, the user and the files that an operator changed', async t => {
  const { root, rpm, install } = await openRpm(t)
  await install()
  await root.write('/etc/forwarder/forwarder.json', '{ "mine": true }')
  await root.write('/var/lib/forwarder/registry.db', 'state')
  await rpm('--erase', 'forwarder')
  t.false(await root.has('/usr/bin/forwarder'))
  t.is(await root.read('/etc/forwarder/forwarder.json.rpmsave'), '{ "mine": true }')
  t.is(await root.read('/var/lib/forwarder/registry.db'), 'state')
  t.is((await root.attempt('getent', 'passwd', 'forwarder')).code, 0)
})
