import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import manifest from '../../../package.json' with { type: 'json' }
import { HELP_AFTER } from '../../../src/cli/program/help-text.ts'
import { loadCollectorConfig } from '../../../src/config/load.ts'
import { runInside } from '../../helpers/process/command-line.ts'
import { calmSurroundings, writeConfig } from '../../helpers/process/config-text.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const AGENT = '{"network": {"servers": ["logs:5043"], "tls": false}, "files": [{"paths": ["/nowhere/*.log"]}]}'

test('--version prints the version alone', async t => {
  t.deepEqual(await runInside(['--version']), { code: 0, out: `${manifest.version}\n`, err: '' })
  t.deepEqual(await runInside(['-version']), { code: 0, out: `${manifest.version}\n`, err: '' })
})

test('--help names every command, shows examples, and lists the exit codes', async t => {
  const { code, out, err } = await runInside(['--help'])
  t.is(code, 0)
  t.is(err, '')
  for (const word of ['agent', 'collector', 'check', 'search', 'ca', 'demo'])
    t.regex(out, new RegExp(`^ {2}${word}\\b`, 'm'))
  t.true(out.includes(HELP_AFTER))
  for (const exit of ['0  finished', '1  invalid command', '2  could not start', '3  standard input'])
    t.true(HELP_AFTER.includes(exit))
})

test('docs/cli.md lists the same exit codes as --help', async t => {
  const page = await readFile(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8')
  const codes = HELP_AFTER.slice(HELP_AFTER.indexOf('Exit codes:'))
    .split('\n')
    .slice(1)
    .filter(line => line !== '')
  t.is(codes.length, 4)
  for (const line of codes) t.true(page.includes(`| ${line.trim().replace('  ', ' | ')} |`), line)
})

test('every command has help with an example', async t => {
  for (const name of [
    'agent',
    'collector',
    'check',
    'search',
    'ca create',
    'ca issue server',
    'ca issue client',
    'demo',
  ]) {
    const { code, out } = await runInside([...name.split(' '), '--help'])
    t.is(code, 0, name)
    t.regex(out, /Examples:\n {2}(?:forwarder|.*\| forwarder)/u, name)
  }
})

const misused = test.macro<[string, RegExp]>({
  async exec(t, line, message) {
    const { code, out, err } = await runInside(line === '' ? [] : line.split(' '))
    t.is(code, 1)
    t.is(out, '')
    t.regex(err, message)
  },
  title: (_, line) => `"forwarder${line === '' ? '' : ` ${line}`}" is refused with exit code 1 and a sentence`,
})

test(misused, '', /^Usage: forwarder/u)
test(misused, 'agent', /--config is missing; forwarder --help shows examples/u)
test(misused, '--quiet', /--config is missing; forwarder --help shows examples/u)
test(misused, '-config', /argument missing/u)
test(misused, 'collektor --config x', /there is no command "collektor"; did you mean "collector"\?/u)
test(misused, 'xyz', /there is no command "xyz"; forwarder --help lists them/u)
test(misused, '--confg x', /unknown option '--confg'[^]*--config/u)
test(misused, 'collector --tail --config x', /unknown option '--tail'/u)
test(misused, 'agent --config x y', /too many arguments/u)
test(misused, 'check --config /nowhere/x', /there is no \/nowhere\/x/u)
test(misused, 'search', /name a store: either/u)
test(misused, 'search a --config x --store y', /name a store: either/u)
test(misused, 'search --store /nowhere --since yesterday', /--since takes a duration such as 90m/u)
test(misused, 'search --store /nowhere --field host', /--field takes a name and a value/u)
test(misused, 'search --store /nowhere --limit -1', /--limit takes a whole number/u)
test(misused, 'ca issue client --dir x', /missing required argument 'name'/u)
test(misused, 'ca issue server --dir x', /needs the names or addresses/u)
test(misused, 'ca create --dir x --days 0', /--days takes a whole number from 1/u)

test('a configuration of the other role is an error that names the right command', async t => {
  const path = await writeConfig(t, AGENT)
  const { code, err } = await runInside(['collector', '--config', path])
  t.is(code, 1)
  t.regex(err, /run: forwarder agent --config/u)
})

test('a spool size of 0 is refused before anything starts', async t => {
  const { code, err } = await runInside(['-config', await writeConfig(t, AGENT), '-spool-size', '0'])
  t.is(code, 1)
  t.regex(err, /--spool-size takes a whole number from 1 to 10000, not "0"/u)
})

test('a search in a missing store exits with 2 and names the program that creates it', async t => {
  const { code, err } = await runInside(['search', '--store', '/nowhere/events.db'])
  t.is(code, 2)
  t.regex(err, /^forwarder: there is no store at \/nowhere\/events\.db/u)
})

test('a search before the collector has created its store finds nothing, and the reason is one sentence', async t => {
  const dir = await makeTempDir(t)
  const store = { type: 'embedded', path: join(dir, 'events.db') }
  const path = await writeConfig(t, JSON.stringify({ listen: '127.0.0.1', store }))
  const err = `no events are stored yet: the collector has not created ${store.path}\n`
  t.deepEqual(await runInside(['search', '--config', path]), { code: 0, out: '', err })
  await writeFile(store.path, '')
  t.deepEqual(await runInside(['search', '--config', path, '--json']), { code: 0, out: '', err })
})

test('check summarises what each role of a fleet would do', async t => {
  const dir = await makeTempDir(t)
  await runInside(['ca', 'create', '--dir', join(dir, 'ca')])
  const discovery = { etcd: { endpoints: ['http://127.0.0.1:2379'], prefix: '/logs' } }
  const enrolment = { caFingerprint: `sha256:${'ab'.repeat(32)}` }
  const stateDir = join(dir, 'state')
  const check = async (config: object) => {
    const path = await writeConfig(t, JSON.stringify(config))
    const { code, out } = await runInside(['check', '--config', path])
    return { code, lines: out.trimEnd().split('\n').slice(1) }
  }
  t.deepEqual(
    await check({
      discovery,
      enrolment: { ...enrolment, name: 'web1' },
      network: { balance: 'all' },
      files: [{ paths: ['/none/*'] }],
      stateDir,
      host: 'web1',
    }),
    {
      code: 0,
      lines: [
        '  follows   /none/*: no file yet',
        '  sends to  the collectors in etcd at http://127.0.0.1:2379 under /logs (all of them at once), over TLS',
        `  trusts    the authority with the fingerprint ${'ab'.repeat(32)}`,
        '  shows     a certificate from that authority for "web1"',
        '  as        web1, Lumberjack protocol 2',
        `  state     ${stateDir}`,
        '  metrics   off',
      ],
    },
  )
  t.deepEqual(
    await check({ listen: '0.0.0.0:5044', discovery, enrolment, advertise: { address: 'logs1:5044' }, stateDir }),
    {
      code: 0,
      lines: [
        '  listens   0.0.0.0:5044',
        `  TLS       a certificate from the authority with the fingerprint ${'ab'.repeat(32)}; clients must show a certificate from it`,
        '  found     as logs1:5044 in etcd at http://127.0.0.1:2379 under /logs',
        `  stores    in ${stateDir}/events.db, indefinitely`,
        `  state     ${stateDir}`,
        '  metrics   off',
      ],
    },
  )
  t.deepEqual(await check({ discovery, ca: { dir: join(dir, 'ca') } }), {
    code: 0,
    lines: [
      '  signs     enrolments in etcd at http://127.0.0.1:2379 under /logs',
      `  with      the authority in ${dir}/ca`,
      '  for       7d each',
      '  metrics   off',
    ],
  })
})

test('check names the patterns that match nothing beside others that match', async t => {
  const dir = await makeTempDir(t)
  for (const name of ['a.log', '[x].log']) await writeFile(join(dir, name), 'x\n')
  const paths = ['a.log', '\\[x\\].log', 'b*.log', 'c.log', '-'].map(name => (name === '-' ? name : join(dir, name)))
  const path = await writeConfig(t, JSON.stringify({ network: { servers: ['h:1'], tls: false }, files: [{ paths }] }))
  const { code, out } = await runInside(['check', '--config', path])
  t.is(code, 0)
  t.true(out.includes(`: 2 files; nothing matches ${dir}/b*.log, ${dir}/c.log\n`), out)
})

test('check warns of files that are not UTF-8, and of records that do not end with LF', async t => {
  const dir = await makeTempDir(t)
  const contents = {
    'ok.log': Buffer.from('é\n'),
    'latin.log': Buffer.from('\xe9\n', 'latin1'),
    'cr.log': Buffer.from('a\rb\rc\r'),
  }
  for (const [name, bytes] of Object.entries(contents)) await writeFile(join(dir, name), bytes)
  const files = [{ paths: [join(dir, '*.log')] }]
  const path = await writeConfig(t, JSON.stringify({ network: { servers: ['h:1'], tls: false }, files }))
  const { code, err } = await runInside(['check', '--config', path])
  t.is(code, 0)
  t.regex(err, /warning: .*latin\.log: it is not UTF-8, but looks like another encoding/u)
  t.regex(err, /warning: .*cr\.log: its records end with CR, not with LF/u)
  t.notRegex(err, /ok\.log/u)
})

test('check summarises what an agent would do', async t => {
  const dir = await makeTempDir(t)
  await mkdir(join(dir, 'logs'))
  for (const name of ['a.log', 'b.log', 'c.gz']) await writeFile(join(dir, 'logs', name), 'x\n')
  const config = {
    network: { servers: ['logs:5043', '[::1]'], tls: false },
    files: [
      { paths: [`${dir}/logs/*`], exclude: ['*.gz'] },
      { paths: [`${dir}/logs/a.*`, '-'] },
      { paths: ['/none/*'] },
    ],
    stateDir: join(dir, 'state'),
    host: 'web1',
  }
  const path = await writeConfig(t, JSON.stringify(config))
  const { code, out, err } = await runInside(['check', '--config', path])
  t.is(code, 0)
  t.is(
    out,
    `OK: ${path} is a valid configuration for an agent
  follows   ${dir}/logs/*: 2 files
            ${dir}/logs/a.*, standard input: 1 file
            /none/*: no file yet
  sends to  logs:5043, [::1]:5044 (one of them, another if it fails), in plain text
  as        web1, Lumberjack protocol 2
  state     ${dir}/state
  metrics   off
`,
  )
  t.regex(err, /warning: .*TLS is off/u)
  t.regex(err, /warning: files\[0\] and files\[1\] both match .*a\.log; files\[0\] gets it/u)
})

test('check reports certificate files that the role could not use', async t => {
  const config = { listen: '127.0.0.1', tls: { certificate: '/nowhere/a.pem', key: '/nowhere/a.key' } }
  const { code, out, err } = await runInside(['check', '--config', await writeConfig(t, JSON.stringify(config))])
  t.is(code, 1)
  t.is(out, '')
  t.regex(err, /\/nowhere\/a\.pem/u)
  t.regex(err, /\n2 errors\n$/u)
})

test('check reports every error and their number', async t => {
  const path = await writeConfig(t, '{"network": {"servers": [], "ssl cert": "x"}, "files": [{"paths": ["/a"],}]}')
  const { code, err } = await runInside(['check', '--config', path])
  t.is(code, 1)
  t.is(err.trimEnd().split('\n').length, 4)
  t.regex(err, /\n3 errors\n$/u)
})

test('the lines that ca prints make valid configurations', async t => {
  const dir = join(await makeTempDir(t), 'certificates')
  const made = await runInside(['ca', 'create', '--dir', dir])
  t.is(made.code, 0)
  t.is((await stat(join(dir, 'ca.key'))).mode & 0o777, 0o600)
  const server = await runInside([
    'ca',
    'issue',
    'server',
    '--dir',
    dir,
    '--host',
    'logs.example.com',
    '--ip',
    '10.0.0.5',
  ])
  t.regex(server.out, /valid for {4}logs\.example\.com, 10\.0\.0\.5/u)
  t.regex(server.out, /valid .* to .*; renew it by \d{4}-/u)
  const client = await runInside(['ca', 'issue', 'client', 'web1', '--dir', dir])
  const [, tls = '', servers = ''] = /^ {2}("tls": .*),$[^]*^ {2}("servers": .*),$/mu.exec(server.out) ?? []
  const [own = ''] = /"tls": .*/u.exec(client.out) ?? []
  const collector = await writeConfig(t, `{"listen": "0.0.0.0", ${tls}}`)
  const agent = await writeConfig(t, `{"network": {${servers}, ${own}}, "files": [{"paths": ["/a"]}]}`)
  for (const path of [collector, agent]) {
    const { code, err } = await runInside(['check', '--config', path])
    t.is(code, 0, err)
  }
  t.is(loadCollectorConfig(collector, calmSurroundings).settings.tls?.clientAuth, 'none')
})

test('ca refuses to replace existing files, except with --overwrite', async t => {
  const dir = await makeTempDir(t)
  t.is((await runInside(['ca', 'create', '--dir', dir])).code, 0)
  const again = await runInside(['ca', 'create', '--dir', dir])
  t.is(again.code, 1)
  t.regex(again.err, /ca\.(?:key|pem)/u)
  t.is((await runInside(['ca', 'create', '--dir', dir, '--overwrite'])).code, 0)
})
