import anyTest, { type TestFn } from 'ava'
import { basename } from 'node:path'
import { openRoot, type OwnRoot, SHARED } from '../../helpers/packages/packages-root.ts'
import { buildPackages, OLD_VERSION, type Packages, VERSION } from '../../helpers/packages/packages.ts'
import { patience } from '../../helpers/time/patience.ts'
import { makeScope, type TeardownScope } from '../../helpers/process/scope.ts'

interface Context extends Packages {
  /** Where it is installed, for tests that only look. */
  readonly installed: OwnRoot
}

const debTest = anyTest as TestFn<Context>
// One at a time: each holds what it installs in memory.
const test = debTest.serial
const scope = makeScope()

debTest.before(async t => {
  t.timeout(patience(400_000), 'executables and packages are built')
  const packages = await buildPackages()
  const { root, install } = await openDebian(scope, packages)
  await install()
  t.context = { ...packages, installed: root }
})
debTest.after.always(() => scope.end())

async function openDebian(t: TeardownScope, packages: Packages, mebibytes?: number) {
  const root = await openRoot(t, { shared: packages.dir, ...(mebibytes !== undefined && { mebibytes }) })
  const path = (version = VERSION) => `${SHARED}/${basename(packages.deb(version))}`
  return { root, path, install: async (version?: string) => await root.run('dpkg', '--install', path(version)) }
}

const wanted = '/etc/systemd/system/multi-user.target.wants'
const isInstalled = async (root: OwnRoot) =>
  (await root.run('dpkg-query', '--show', '--showformat=${Status}', 'forwarder')) === 'install ok installed'

test('the .deb installs everything in its place, with owner and mode', async t => {
  const { installed: root } = t.context
  const expected = {
    '/usr/bin/forwarder': 'root:root 0755',
    '/etc/forwarder': 'root:root 0755',
    '/etc/forwarder/conf.d': 'root:root 0755',
    '/etc/forwarder/forwarder.json': 'root:forwarder 0640',
    '/etc/forwarder/collector.json': 'root:forwarder 0640',
    '/etc/forwarder/ca.json': 'root:forwarder 0640',
    '/var/lib/forwarder': 'forwarder:forwarder 0700',
    '/lib/systemd/system/forwarder.service': 'root:root 0644',
    '/lib/systemd/system/forwarder-collector.service': 'root:root 0644',
    '/lib/systemd/system/forwarder-ca.service': 'root:root 0644',
    '/usr/lib/sysusers.d/forwarder.conf': 'root:root 0644',
    '/usr/share/man/man1/forwarder.1.gz': 'root:root 0644',
    '/usr/share/man/man5/forwarder.json.5.gz': 'root:root 0644',
    '/usr/share/bash-completion/completions/forwarder': 'root:root 0644',
    '/usr/share/zsh/vendor-completions/_forwarder': 'root:root 0644',
    '/usr/share/fish/vendor_completions.d/forwarder.fish': 'root:root 0644',
    '/usr/share/doc/forwarder/copyright': 'root:root 0644',
    '/usr/share/doc/forwarder/changelog.gz': 'root:root 0644',
    '/usr/share/doc/forwarder/changelog.Debian.gz': 'root:root 0644',
    '/usr/share/doc/forwarder/THIRD-PARTY-LICENSES.gz': 'root:root 0644',
  }
  for (const [path, rights] of Object.entries(expected)) t.is(await root.rights(path), rights, path)
  const listed = (await root.run('dpkg', '--listfiles', 'forwarder')).split('\n').filter(line => line.startsWith('/'))
  // /lib is a link of the system's.
  const others = listed.filter(path => path !== '/lib' && !Object.hasOwn(expected, path))
  const rights = new Set(await Promise.all(others.map(async path => await root.rights(path))))
  t.deepEqual([...rights].toSorted(), ['root:root 0644', 'root:root 0755'])
  t.is(await root.run('dpkg', '--verify', 'forwarder'), '')
})

test('the user forwarder is a system user without a shell, in the group that may read logs', async t => {
  const { installed: root } = t.context
  const [, , uid, , , home, shell] = (await root.run('getent', 'passwd', 'forwarder')).trim().split(':')
  t.true(Number(uid) < 1000)
  t.deepEqual([home, shell], ['/var/lib/forwarder', '/usr/sbin/nologin'])
  t.deepEqual((await root.run('id', '-Gn', 'forwarder')).trim().split(' '), ['forwarder', 'adm'])
})

test('the installed program runs, and the shipped configurations are valid for the user of the services', async t => {
  const { installed: root } = t.context
  t.is(await root.runAsForwarder('forwarder', '--version'), `${VERSION}\n`)
  for (const name of ['forwarder', 'collector']) {
    t.regex(await root.runAsForwarder('forwarder', 'check', '--config', `/etc/forwarder/${name}.json`), /^OK: /mu)
  }
})

test('the .deb enables the agent, but neither collector nor authority', async t => {
  const { installed: root } = t.context
  t.true(await root.has(`${wanted}/forwarder.service`))
  t.false(await root.has(`${wanted}/forwarder-collector.service`))
  t.false(await root.has(`${wanted}/forwarder-ca.service`))
})

test('bash, zsh and fish find the completion of the command line', async t => {
  const { installed: root } = t.context
  const loaded =
    'source /usr/share/bash-completion/bash_completion; _completion_loader forwarder; complete -p forwarder'
  t.is(await root.run('bash', '--norc', '-c', loaded), 'complete -F _forwarder forwarder\n')
  const bound = 'autoload -Uz compinit; compinit -u -D; print $_comps[forwarder]'
  t.is(await root.run('zsh', '-f', '-c', bound), '_forwarder\n')
  t.regex(await root.run('fish', '--command', 'complete --do-complete "forwarder c"'), /^collector\t/mu)
})

test('an upgrade of the .deb keeps the changes of an operator and the state, and installs new files', async t => {
  const { root, path, install } = await openDebian(t, t.context)
  await install(OLD_VERSION)
  await root.write('/etc/forwarder/forwarder.json', '{ "mine": true }')
  await root.run('chmod', '0600', '/etc/forwarder/forwarder.json')
  await root.write('/etc/forwarder/conf.d/nginx.json', '{}')
  await root.write('/var/lib/forwarder/registry.db', 'state')
  await root.run('systemctl', 'disable', 'forwarder')
  await root.run('gpasswd', '--delete', 'forwarder', 'adm')
  t.regex(await root.read('/etc/forwarder/collector.json'), /^# As it was shipped before/u)
  await root.run('dpkg', '--force-confdef', '--force-confold', '--install', path())
  t.is(await root.read('/etc/forwarder/forwarder.json'), '{ "mine": true }')
  t.is(await root.rights('/etc/forwarder/forwarder.json'), 'root:forwarder 0600')
  t.notRegex(await root.read('/etc/forwarder/forwarder.json.dpkg-dist'), /As it was shipped before/u)
  t.notRegex(await root.read('/etc/forwarder/collector.json'), /As it was shipped before/u)
  t.is(await root.rights('/etc/forwarder/collector.json'), 'root:forwarder 0640')
  t.true(await root.has('/etc/forwarder/conf.d/nginx.json'))
  t.is(await root.read('/var/lib/forwarder/registry.db'), 'state')
  t.false(await root.has(`${wanted}/forwarder.service`), 'what was disabled stays so')
  t.is(await root.run('id', '-Gn', 'forwarder'), 'forwarder\n', 'who was taken out of a group stays out')
  t.true(await isInstalled(root))
})

test('removing the .deb leaves configuration, state and user; a purge leaves the user and the files of others', async t => {
  const { root, install } = await openDebian(t, t.context)
  await install()
  await root.write('/var/lib/forwarder/registry.db', 'state')
  await root.write('/etc/forwarder/client.key', 'key')
  await root.run('mkdir', '/var/lib/forwarder-ca')
  await root.run('dpkg', '--remove', 'forwarder')
  for (const path of ['/usr/bin/forwarder', '/lib/systemd/system/forwarder.service'])
    t.false(await root.has(path), path)
  t.true(await root.has('/etc/forwarder/forwarder.json'))
  t.is(await root.read('/var/lib/forwarder/registry.db'), 'state')
  t.regex(await root.run('dpkg', '--purge', 'forwarder'), /authority in \/var\/lib\/forwarder-ca is kept/u)
  for (const path of ['/etc/forwarder/forwarder.json', '/var/lib/forwarder', `${wanted}/forwarder.service`]) {
    t.false(await root.has(path), path)
  }
  t.true(await root.has('/etc/forwarder/client.key'))
  t.true(await root.has('/var/lib/forwarder-ca'))
  t.is((await root.attempt('getent', 'passwd', 'forwarder')).code, 0)
})

test('installing the .deb twice changes nothing', async t => {
  const { root, install } = await openDebian(t, t.context)
  const look = async () =>
    await root.run(
      'sh',
      '-c',
      'id forwarder; stat -c "%n %U:%G %a" /etc/forwarder/* /var/lib/forwarder; cat /etc/passwd',
    )
  await install()
  const before = await look()
  await install()
  await root.run('/var/lib/dpkg/info/forwarder.postinst', 'configure', '')
  t.is(await look(), before)
})

test('an installation that a full disk interrupted is complete once it is repeated', async t => {
  const { root, path, install } = await openDebian(t, t.context, 100)
  const { code, said } = await root.attempt('dpkg', '--install', path())
  t.not(code, 0)
  t.regex(said, /No space left on device/u)
  await root.resize(1024)
  await install()
  t.true(await isInstalled(root))
  t.is(await root.run('dpkg', '--verify', 'forwarder'), '')
  t.is(await root.rights('/var/lib/forwarder'), 'forwarder:forwarder 0700')
})

test('an upgrade that a full disk interrupts leaves the former version running', async t => {
  const { root, path, install } = await openDebian(t, t.context, 260)
  await install(OLD_VERSION)
  const { code, said } = await root.attempt('dpkg', '--install', path())
  t.not(code, 0)
  t.regex(said, /No space left on device/u)
  t.is(await root.run('forwarder', '--version'), `${VERSION}\n`, 'the program is the same in both packages')
  t.is(await root.run('dpkg-query', '--show', '--showformat=${Version}', 'forwarder'), `${OLD_VERSION}-1`)
  await root.resize(1024)
  await install()
  t.true(await isInstalled(root))
})

test('an existing user forwarder is not changed', async t => {
  const { root, install } = await openDebian(t, t.context)
  await root.run(
    'useradd',
    '--uid',
    '4321',
    '--gid',
    'users',
    '--home-dir',
    '/home/fw',
    '--shell',
    '/bin/bash',
    'forwarder',
  )
  const before = await root.run('getent', 'passwd', 'forwarder')
  t.regex(await install(), /the user forwarder already exists \(home \/home\/fw\)/u)
  t.is(await root.run('getent', 'passwd', 'forwarder'), before)
  t.is(await root.rights('/var/lib/forwarder'), 'forwarder:forwarder 0700')
})
