import anyTest, { type ExecutionContext, type TestFn } from 'ava'
import { execFile } from 'node:child_process'
import { appendFile, lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import manifest from '../../../package.json' with { type: 'json' }
import type { Platform } from '../../../packaging/base-node.ts'
import { findFreePorts, startRole } from '../../../src/demo/role-process.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { patience } from '../../helpers/time/patience.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { buildDist, type Dist } from '../../helpers/packages/single-executable.ts'
import { startSystemd } from '../../helpers/systemd/systemd.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

interface Context {
  readonly dist: Dist
  /** As what `make dist` makes, with a small program: where it only matters what goes where. */
  readonly small: string
}

const test = anyTest as TestFn<Context>
const run = promisify(execFile)
const root = join(import.meta.dirname, '../../..')
const scope = makeScope()
/** No test makes another node_modules beneath the others. */
const asInstalled = ['--old-file=node_modules/.installed']

test.before(async t => {
  t.timeout(patience(170_000), 'two executables are built')
  const small = await mkdtemp(join(tmpdir(), 'forwarder-test-'))
  scope.teardown(() => rm(small, { recursive: true }))
  const dist = await buildDist()
  await writeFile(join(small, basename(dist.binary(`linux-${process.arch}` as Platform))), '#!/bin/sh\n')
  await writeFile(join(small, 'THIRD-PARTY-LICENSES'), 'all of them\n')
  t.context = { dist, small }
})
test.after.always(() => scope.end())

/** As a user types it; `before` are words in front of make. */
async function make(words: readonly string[], before: readonly string[] = []) {
  const [program = '', ...args] = [...before, 'make', '--no-print-directory', ...asInstalled, ...words]
  return (await run(program, args, { cwd: root })).stdout
}

/** Modes by path. */
async function listModes(dir: string): Promise<Record<string, string>> {
  const names = (await readdir(dir, { recursive: true })).toSorted()
  const rows = names.map(async name => {
    const stats = await lstat(join(dir, name))
    return [`/${name}${stats.isDirectory() ? '/' : ''}`, (stats.mode & 0o7777).toString(8)] as const
  })
  return Object.fromEntries(await Promise.all(rows))
}

const files = {
  '/usr/local/bin/forwarder': '755',
  '/etc/forwarder/': '755',
  '/etc/forwarder/conf.d/': '755',
  '/etc/forwarder/forwarder.json': '640',
  '/etc/forwarder/collector.json': '640',
  '/etc/forwarder/ca.json': '640',
  '/var/lib/forwarder/': '700',
  '/usr/local/lib/systemd/system/forwarder.service': '644',
  '/usr/local/lib/systemd/system/forwarder-collector.service': '644',
  '/usr/local/lib/sysusers.d/forwarder.conf': '644',
  '/usr/local/share/man/man1/forwarder.1': '644',
  '/usr/local/share/man/man5/forwarder.json.5': '644',
  '/usr/local/share/bash-completion/completions/forwarder': '644',
  '/usr/local/share/zsh/site-functions/_forwarder': '644',
  '/usr/local/share/fish/vendor_completions.d/forwarder.fish': '644',
  '/usr/local/share/doc/forwarder/LICENSE': '644',
  '/usr/local/share/doc/forwarder/THIRD-PARTY-LICENSES': '644',
  '/usr/local/share/doc/forwarder/README.md': '644',
  '/usr/local/share/doc/forwarder/docs/configuration.md': '644',
}

test('make install installs everything in its place, without root', async t => {
  const destdir = await makeTempDir(t)
  const said = await make(
    ['install', `DESTDIR=${destdir}`, `DIST=${t.context.small}`],
    ['unshare', '--map-user=1000', '--map-group=1000'],
  )
  const modes = await listModes(destdir)
  for (const [path, mode] of Object.entries(files)) t.is(modes[path], mode, path)
  const others = Object.entries(modes).filter(([path]) => !Object.hasOwn(files, path))
  for (const [path, mode] of others) {
    t.is(mode, path.endsWith('/') ? '755' : '644', path)
    t.regex(path, /\/$|^\/usr\/local\/(?:share\/doc\/forwarder|lib\/systemd\/system)\//u)
  }
  t.regex(said, /installed: .*\/usr\/local\/bin\/forwarder$/mu)
})

test('the commands that make install prints create the user and start the agent', async t => {
  const machine = await startSystemd(t)
  await machine.sh('userdel forwarder; rm -r /etc/forwarder /usr/lib/systemd/system/forwarder*')
  const destdir = await makeTempDir(t)
  const said = await make(['install', `DESTDIR=${destdir}`, `DIST=${t.context.dist.dir}`])
  for (const name of await readdir(destdir)) await run('cp', ['--archive', join(destdir, name), machine.outside('/')])
  for (const [, command = ''] of said.matchAll(/^ {2}(\S.*)$/gmu)) await machine.sh(command)
  t.is(await machine.property('forwarder', 'ActiveState'), 'active')
  t.is(await machine.property('forwarder', 'FragmentPath'), '/usr/local/lib/systemd/system/forwarder.service')
  t.is(await machine.property('forwarder', 'UnitFileState'), 'enabled')
  t.deepEqual((await machine.run('id', '-Gn', 'forwarder')).trim().split(' '), ['forwarder', 'adm'])
  const configs = ['forwarder', 'collector', 'ca'].map(name => `/etc/forwarder/${name}.json`)
  const rights = await machine.run('stat', '--format=%U:%G %a', ...configs, '/var/lib/forwarder')
  t.is(rights, `${'root:forwarder 640\n'.repeat(3)}forwarder:forwarder 700\n`)
})

test('make install accepts directories by their GNU names, and every installed text names the chosen ones', async t => {
  const destdir = await makeTempDir(t)
  const chosen = ['prefix=/opt/fw', 'sysconfdir=/opt/etc', 'localstatedir=/opt/var', 'mandir=/opt/man/']
  await make(['install', `DESTDIR=${destdir}`, `DIST=${t.context.small}`, ...chosen, 'systemdunitdir=/opt/units'])
  const read = async (path: string) => await readFile(join(destdir, path), 'utf8')
  const unit = await read('/opt/units/forwarder.service')
  t.regex(unit, /^ExecStart=\/opt\/fw\/bin\/forwarder agent --config \/opt\/etc\/forwarder\/forwarder\.json$/mu)
  t.regex(unit, /^ReadWritePaths=\/opt\/var\/lib\/forwarder$/mu)
  t.notRegex(unit, /StateDirectory|%S/u)
  const texts = [unit, await read('/opt/etc/forwarder/forwarder.json'), await read('/opt/man/man1/forwarder.1')]
  for (const text of texts) {
    t.true(text.includes('/opt/etc/forwarder') && text.includes('/opt/var/lib/forwarder'))
    t.notRegex(text, /(?<!\/opt)\/(?:etc|var\/lib)\/forwarder|\/usr\/bin\/forwarder|\/usr\/share/u)
  }
  t.deepEqual((await readdir(destdir)).toSorted(), ['opt'])
})

test('with default directories the installed units differ from the sources only in the path of the program', async t => {
  const destdir = await makeTempDir(t)
  await make(['install', `DESTDIR=${destdir}`, `DIST=${t.context.small}`, 'PREFIX=/usr'])
  for (const name of ['forwarder.service', 'forwarder-collector.service']) {
    const installed = await readFile(join(destdir, 'usr/lib/systemd/system', name), 'utf8')
    t.is(installed, await readFile(join(root, 'systemd', name), 'utf8'))
  }
})

test('make install again keeps an edited configuration and restores everything else', async t => {
  const destdir = await makeTempDir(t)
  const at = (path: string) => join(destdir, path)
  await make(['install', `DESTDIR=${destdir}`, `DIST=${t.context.small}`])
  const before = await listModes(destdir)
  await writeFile(at('/etc/forwarder/forwarder.json'), '{"mine": true}')
  await rm(at('/etc/forwarder/collector.json'))
  await writeFile(at('/usr/local/share/man/man1/forwarder.1'), 'spoilt')
  await writeFile(at('/var/lib/forwarder/state'), 'precious')
  const said = await make(['install', `DESTDIR=${destdir}`, `DIST=${t.context.small}`])
  t.regex(said, /^\/etc\/forwarder\/forwarder\.json already existed and was not changed$/mu)
  t.is(await readFile(at('/etc/forwarder/forwarder.json'), 'utf8'), '{"mine": true}')
  t.true((await readFile(at('/etc/forwarder/collector.json'), 'utf8')).includes('"listen"'))
  t.true((await readFile(at('/usr/local/share/man/man1/forwarder.1'), 'utf8')).includes('.TH FORWARDER'))
  await rm(at('/var/lib/forwarder/state'))
  t.deepEqual(await listModes(destdir), before)
})

test('make uninstall removes the installed files and keeps configuration, state and other files', async t => {
  const destdir = await makeTempDir(t)
  const at = (path: string) => join(destdir, path)
  await make(['install', `DESTDIR=${destdir}`, `DIST=${t.context.small}`])
  await writeFile(at('/etc/forwarder/conf.d/shop.json'), '{}')
  await writeFile(at('/var/lib/forwarder/state'), 'precious')
  await writeFile(at('/usr/local/bin/other'), '')
  await make(['uninstall', `DESTDIR=${destdir}`])
  const left = Object.keys(await listModes(destdir)).filter(path => !path.endsWith('/'))
  t.deepEqual(left, [
    '/etc/forwarder/ca.json',
    '/etc/forwarder/collector.json',
    '/etc/forwarder/conf.d/shop.json',
    '/etc/forwarder/forwarder.json',
    '/usr/local/bin/other',
    '/var/lib/forwarder/state',
  ])
  await t.throwsAsync(stat(at('/usr/local/share/doc/forwarder')), { code: 'ENOENT' })
  await make(['uninstall', `DESTDIR=${destdir}`])
})

test('a directory that units cannot name is refused', async t => {
  const destdir = await makeTempDir(t)
  const failure = await t.throwsAsync<Error>(
    make(['install', `DESTDIR=${destdir}`, `DIST=${t.context.small}`, 'prefix=/opt/a b']),
  )
  t.regex(failure.message, /prefix=\/opt\/a b: an absolute path is needed/u)
  t.deepEqual(await readdir(destdir), [])
})

/** All of it below one directory, so that it can run from there; on ports of its own. */
async function installToRun(t: ExecutionContext<Context>) {
  const place = await realpath(await makeTempDir(t))
  const words = ['install', `PREFIX=${place}`, `sysconfdir=${place}/etc`, `localstatedir=${place}/var`]
  words.push(`DIST=${t.context.dist.dir}`)
  await make(words)
  const [port = 0, agentPort = 0, collectorPort = 0] = await findFreePorts(3)
  const etc = join(place, 'etc/forwarder')
  const ports = { forwarder: agentPort, collector: collectorPort }
  for (const [name, metricsPort] of Object.entries(ports)) {
    const path = join(etc, `${name}.json`)
    const text = (await readFile(path, 'utf8')).replaceAll('127.0.0.1:5044', `127.0.0.1:${port}`)
    const metrics = `"metrics": { "listen": "127.0.0.1:${metricsPort}" },`
    await writeFile(path, text.replace(/# "metrics": .*/u, metrics))
  }
  const command = join(place, 'bin/forwarder')
  const start = (role: 'agent' | 'collector', name: keyof typeof ports) => {
    const logPath = join(place, `${role}.log`)
    const started = startRole({
      role,
      configPath: join(etc, `${name}.json`),
      logPath,
      metricsPort: ports[name],
      command,
    })
    t.teardown(() => started.kill())
    return started
  }
  const askHealth = async () => await (await fetch(`http://127.0.0.1:${agentPort}/health`)).text()
  return { place, etc, command, start, askHealth, again: () => make(words) }
}

test('an agent as shipped follows nothing and reports that, then follows a file added to conf.d and ships it to the collector as shipped', async t => {
  const { place, etc, command, start, askHealth, again } = await installToRun(t)
  const agent = start('agent', 'forwarder')
  await agent.ready()
  t.regex(await askHealth(), /"healthy".*nothing is followed/u)
  const log = await readFile(join(place, 'agent.log'), 'utf8')
  t.regex(log, /files is empty: nothing is followed until an entry is added/u)
  t.notRegex(log, /Connecting/u, 'nobody is bothered as long as there is nothing to send')
  const collector = start('collector', 'collector')
  await collector.ready()

  await mkdir(join(place, 'logs'))
  await appendFile(join(place, 'logs/shop.log'), 'the first line\n')
  const rule = { files: [{ paths: [join(place, 'logs/*.log')], fields: { service: 'shop' } }] }
  await writeFile(join(etc, 'conf.d/shop.json'), JSON.stringify(rule))
  const search = async () => {
    const config = join(etc, 'collector.json')
    return (await run(command, ['search', 'first', '--json', '--config', config])).stdout
  }
  await until(async () => (await search()) !== '', 'the line is stored')
  t.like(JSON.parse(await search()), { message: 'the first line', service: 'shop' })
  t.notRegex(await askHealth(), /nothing is followed/u)

  await addsUpIn(t, agent)

  // The program is running: its file is replaced, not written to.
  t.regex(await again(), /^ {2}systemctl try-restart forwarder forwarder-collector forwarder-ca$/mu)
  t.is((await run(command, ['--version'])).stdout, `${manifest.version}\n`)
  t.deepEqual([await agent.stop(), await collector.stop()], [0, 0])
})

/** The block from the line that begins with `first` to the one that is `last`, without its comment signs. */
function uncomment(text: string, first: string, last: string): string {
  const block = new RegExp(`# ${first}[^]*?^ *# ${last}$`, 'mu')
  return text.replace(block, found => found.replaceAll(/^( *)# |^# /gmu, '$1'))
}

test('the alternatives in comments of the shipped configurations are valid', async t => {
  const { place, etc, command } = await installToRun(t)
  const check = async (name: string, change: (text: string) => string) => {
    const path = join(etc, `changed-${name}`)
    const text = await readFile(join(etc, name), 'utf8')
    const changed = change(text)
    t.not(changed, text)
    await writeFile(path, changed)
    const failure = await t.throwsAsync<Error & { stderr: string }>(run(command, ['check', '--config', path]))
    // The files that it names are all that is missing.
    const lines = failure.stderr
      .trim()
      .split('\n')
      .filter(line => !line.includes('files is empty'))
    for (const line of lines) t.regex(line, /\.(?:pem|key|password)\b|^\d+ errors?$/u)
    return failure.stderr
  }
  const agent = await check('forwarder.json', text =>
    uncomment(text, '"servers"', '\\}').replace(/\n *"servers": \["127[^]*?"tls": false/u, ''),
  )
  t.regex(agent, /client-web1\.pem/u)
  const collector = await check('collector.json', text =>
    uncomment(text, '"listen"', '\\},').replace(/\n *"listen": \["127.*/u, ''),
  )
  t.regex(collector, /server-logs\.example\.com\.pem/u)
  const store = await check('collector.json', text =>
    uncomment(text, '"store"', '\\},').replace(/\n *"store": \{\n *"type": "embedded"[^]*?\n {2}\},/u, ''),
  )
  t.regex(store, /elasticsearch\.password/u)
  await run(command, ['ca', 'create', '--dir', join(place, 'var/lib/forwarder-ca')])
  const authority = await check('ca.json', text =>
    uncomment(text, '"etcd"', '\\}').replace(/\n *"etcd": \{ "endpoints": \["http:.*/u, ''),
  )
  t.regex(authority, /etcd\.password/u)
})
