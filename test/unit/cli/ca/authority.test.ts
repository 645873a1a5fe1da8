import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { loadAgentConfig, loadCaConfig } from '../../../../src/config/load.ts'
import { createJoinToken, readFingerprint } from '../../../../src/demo/token-and-fingerprint.ts'
import { parseJoinToken } from '../../../../src/trust/join-token.ts'
import { runInside } from '../../../helpers/process/command-line.ts'
import { calmSurroundings, writeConfig } from '../../../helpers/process/config-text.ts'
import { makeSigningDesk } from '../../../helpers/trust/signing-desk.ts'
import { DAY_MS } from '../../../../src/flow/time-units.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const say = (line: string, dir: string) => runInside([...line.split(' '), '--dir', dir])

test('ca token create prints the token once, with lines that make a valid configuration', async t => {
  const { dir } = await makeSigningDesk(t)
  const made = await say('ca token create --for agent --name web1', dir)
  t.is(made.code, 0, made.err)
  const [, token = ''] = /^token +(\S+)$/mu.exec(made.out) ?? []
  const { id = '' } = parseJoinToken(token) ?? {}
  t.regex(id, /^[0-9a-f]{16}$/u)
  const [enrolment = ''] = /"enrolment": .*/u.exec(made.out) ?? []
  t.true(enrolment.includes(`sha256:${await readFingerprint(dir)}`))
  const discovery = '"discovery": {"etcd": {"endpoints": ["http://127.0.0.1:2379"]}}'
  const path = await writeConfig(t, `{${discovery}, ${enrolment}, "files": [{"paths": ["/a"]}]}`)
  t.is(loadAgentConfig(path, calmSurroundings).settings.enrolment?.name, 'web1')
  const list = await say('ca token list', dir)
  t.regex(list.out, new RegExp(`^${id} +agent +web1 +0/1 +.* valid`, 'mu'))
  t.false(list.out.includes(token.split('.')[1] ?? '-'))
})

test('ca token create --only-token prints the token alone', async t => {
  const { dir } = await makeSigningDesk(t)
  const { out } = await say('ca token create --for collector --name logs* --uses 0 --expires 7d --only-token', dir)
  t.truthy(parseJoinToken(out))
  t.regex((await say('ca token list', dir)).out, /collector +logs\* +0\/any/)
})

test('ca token create --out writes the token into a new file of mode 0600, and prints everything but the token', async t => {
  const { dir } = await makeSigningDesk(t)
  const path = join(await makeTempDir(t), 'agent.token')
  const { code, out } = await say(`ca token create --for agent --name web* --uses 3 --out ${path}`, dir)
  t.is(code, 0)
  const token = await readFile(path, 'utf8')
  const { id = '' } = parseJoinToken(token) ?? {}
  t.regex(id, /^[0-9a-f]{16}$/u)
  t.is((await stat(path)).mode & 0o777, 0o600)
  t.false(out.includes(token.trim()))
  t.false(out.includes(token.split('.')[1]?.trim() ?? ''))
  t.regex(
    out,
    new RegExp(`^token +in ${path}, mode 0600\\n +ID: ${id}\\nvalid for +3 agents, named web\\*\\nvalid until `, 'u'),
  )
  t.regex(out, new RegExp(`"enrolment": \\{ "tokenFile": "${path}", "caFingerprint": "sha256:[0-9a-f]{64}" \\}`, 'u'))
})

test('a token that cannot be written to its file is not created, and the file stays as it is', async t => {
  const { dir } = await makeSigningDesk(t)
  const place = await makeTempDir(t)
  const path = join(place, 'token')
  await writeFile(path, 'needed\n')
  const taken = await say(`ca token create --for agent --out ${path}`, dir)
  t.is(taken.code, 1)
  t.regex(
    taken.err,
    /token exists and .*; name another file with --out, or remove that one first\. No token was created\n$/u,
  )
  t.is(await readFile(path, 'utf8'), 'needed\n')
  const nowhere = await say(`ca token create --for agent --out ${join(place, 'no', 'token')}`, dir)
  t.is(nowhere.code, 2)
  t.regex(nowhere.err, /no\/token cannot be written/u)
  t.is((await say('ca token list', dir)).out, 'there are no tokens\n')
})

test('ca create names both ways on: certificates by hand, and enrolment through etcd', async t => {
  const dir = join(await makeTempDir(t), 'my ca')
  await mkdir(dir)
  const { out } = await runInside(['ca', 'create', '--dir', dir])
  t.true(
    out.includes(
      `  forwarder ca issue server --dir '${dir}' --host NAME\n  forwarder ca issue client NAME --dir '${dir}'\n`,
    ),
  )
  t.true(out.includes('  forwarder ca serve --config ca.json\n'))
  t.true(out.includes(`  forwarder ca token create --dir '${dir}' --for agent --name NAME --out agent.token\n`))
  const [config = ''] = /^ {2}\{ "ca": .*$/mu.exec(out) ?? []
  t.is(loadCaConfig(await writeConfig(t, config), calmSurroundings).settings.ca.dir, dir)
})

test('ca list names the machine and token of each certificate, and ca revoke the tokens to revoke as well', async t => {
  const desk = await makeSigningDesk(t)
  t.is((await say('ca list', desk.dir)).out, 'no machine has a certificate\n')
  const token = createJoinToken(desk.dir, { kind: 'agent', names: [], uses: 0 })
  const id = token.slice(0, 16)
  await desk.join(token)
  await desk.join(token, { name: 'web2' })
  t.regex((await say('ca list', desk.dir)).out, new RegExp(`^web1 +agent +[0-9A-F]{32} +.* valid +${id} +web1$`, 'mu'))
  const { out, err, code } = await say('ca revoke web1', desk.dir)
  t.is(code, 2, 'no signer runs')
  t.regex(err, /Not published: no signer uses this directory/u)
  t.regex(out, /^revoked 1 certificate of web1\n {2}[0-9A-F]{32} of web1, valid until /u)
  t.true(out.includes(`forwarder ca token revoke ${id} --dir ${desk.dir}`))
  t.regex(
    out,
    new RegExp(
      `join again.*\n  forwarder ca token create --dir ${desk.dir} --for agent --name web1 --out new.token\n\nIssued for`,
      'u',
    ),
  )
  t.regex((await say('ca list', desk.dir)).out, /^web1 .* revoked/mu)
  const revoked = await say(`ca token revoke ${id}`, desk.dir)
  t.regex(revoked.out, /keep their certificates: web1, web2/u)
  t.regex((await say('ca token list', desk.dir)).out, /revoked +web1 web2$/mu)
})

test('a name that is revoked again was revoked already, with the time and the same next steps', async t => {
  const desk = await makeSigningDesk(t)
  const token = createJoinToken(desk.dir, { kind: 'collector', names: ['logs.example', '10.0.0.5'], uses: 1 })
  await desk.join(token, { kind: 'collector', name: 'c1', dnsNames: ['logs.example'], ipAddresses: ['10.0.0.5'] })
  await say('ca revoke c1', desk.dir)
  const { out } = await say('ca revoke C1', desk.dir)
  t.regex(out, /^C1 was revoked already, on \d{4}-\d\d-\d\d \d\d:\d\d UTC, and has had no valid certificate since\n/u)
  t.regex(
    out,
    new RegExp(`^It joined with the token ${token.slice(0, 16)}, which no machine can use any more\\.$`, 'mu'),
  )
  t.regex(out, / --for collector --name logs\.example --name 10\.0\.0\.5 --out new\.token\n$/u)
})

test('ca revoke prints what else was issued for the same host or by the same token, and --all revokes it', async t => {
  const desk = await makeSigningDesk(t)
  const shared = createJoinToken(desk.dir, { kind: 'collector', names: ['**'], uses: 0 })
  const other = createJoinToken(desk.dir, { kind: 'collector', names: ['**'], uses: 0 })
  const hosts = { kind: 'collector', dnsNames: ['logs.example'] } as const
  await desk.join(shared, { name: 'c1', ...hosts })
  await desk.join(shared, { name: 'c2', kind: 'collector', dnsNames: ['two.example'] })
  await desk.join(other, { name: 'impostor', ...hosts })
  await desk.join(other, { name: 'c3', kind: 'collector', dnsNames: ['three.example'] })
  const first = await say('ca revoke c1', desk.dir)
  t.regex(
    first.out,
    /still good:\n {2}c2 \(collector\), .*\n {2}impostor \(collector\), .*, for logs\.example\nTo revoke/u,
  )
  t.true(first.out.includes(`  forwarder ca revoke c1 --all --dir ${desk.dir}\n`))
  const list = async () => (await say('ca list', desk.dir)).out
  t.regex(await list(), /^c2 .* valid[^]*^impostor .* valid/mu)
  const second = await say('ca revoke c1 --all', desk.dir)
  t.regex(second.out, /^revoked 2 certificates of c1, c2, impostor\n/u)
  t.notRegex(second.out, /still good/u)
  t.regex(await list(), /^c1 .* revoked[^]*^c2 .* revoked[^]*^c3 .* valid[^]*^impostor .* revoked/mu)
  await t.throwsAsync(desk.join(other, { name: 'c9', ...hosts }), { message: /only a token made after that/ })
})

test('ca list shows an expired certificate as long as it can be renewed, and ca revoke ends that', async t => {
  const desk = await makeSigningDesk(t)
  const rightMs = desk.nowMs
  desk.nowMs -= 20 * DAY_MS
  const old = await desk.join(desk.token(), { name: 'old' })
  desk.nowMs = rightMs
  t.regex((await say('ca list', desk.dir)).out, /^old .* expired, can be renewed /mu)
  t.regex((await say('ca revoke OLD', desk.dir)).out, /^revoked OLD: .* can no longer be renewed\n/u)
  t.is((await say('ca list', desk.dir)).out, 'no machine has a certificate\n')
  await t.throwsAsync(async () => desk.answer(await desk.renewal(old, { name: 'old', dnsNames: ['old'] })), {
    message: /was revoked/,
  })
})

test('ca list marks a certificate that was renewed with two keys, and what it was renewed to', async t => {
  const desk = await makeSigningDesk(t)
  const current = await desk.join(desk.token())
  for (const _ of [1, 2]) await desk.answer(await desk.renewal(current))
  const { out } = await say('ca list', desk.dir)
  t.is(out.match(/valid, copied: renewed with two keys/gu)?.length, 3)
})

test('a name of which no certificate is known is revoked with --unknown', async t => {
  const { dir } = await makeSigningDesk(t)
  const { code, out } = await say('ca revoke ghost --unknown', dir)
  t.is(code, 2)
  t.regex(out, /^revoked ghost: no certificate of it is known here\n/u)
})

test('each step of ca rollover names the next one', async t => {
  const dir = join(await makeTempDir(t), 'ca')
  const passphrase = join(await makeTempDir(t), 'passphrase')
  await writeFile(passphrase, 'a long sentence\n')
  const run = async (line: string, code = 0) => {
    const spoken = await say(line, dir)
    t.is(spoken.code, code, spoken.err)
    return spoken.code === 0 ? spoken.out : spoken.err
  }
  await run(`ca create --passphrase-file ${passphrase}`)
  const before = await run('ca fingerprint --only-fingerprint')
  t.is(before, `sha256:${await readFingerprint(dir)}\n`)
  t.regex(await run('ca rollover begin', 1), /--passphrase-file/u)
  t.regex(await run(`ca rollover begin --passphrase-file ${passphrase}`), /forwarder ca rollover switch/u)
  t.regex(await run('ca rollover switch', 1), /has not been published yet/u)
  t.regex(await run('ca rollover switch --force'), /forwarder ca rollover finish/u)
  t.regex(await run('ca rollover finish'), /no longer trusted/u)
  t.not(await run('ca fingerprint --only-fingerprint'), before)
  t.regex(await run('ca fingerprint'), /signing[^]*retired/u)
})

const misused: [string, RegExp][] = [
  ['ca token create', /--for is missing/u],
  ['ca token create --for server', /takes agent or collector, not "server"/u],
  ['ca token create --for collector', /needs the names and addresses/u],
  ['ca token create --for agent --expires soon', /--expires takes a duration/u],
  ['ca token create --for agent --out x --only-token', /--out and --only-token are two places/u],
  ['ca token create --for agent --uses -1', /--uses takes a whole number/u],
  ['ca token revoke nobody', /there is no token "nobody"/u],
  ['ca revoke nobody', /no certificate of "nobody" is known/u],
  ['ca rollover begin --passphrase-file /nowhere/x', /cannot read .*\/nowhere\/x/u],
]

for (const [line, message] of misused)
  test(`"forwarder ${line}" is refused with exit code 1 and a sentence`, async t => {
    const { dir } = await makeSigningDesk(t)
    const { code, err } = await say(line, dir)
    t.is(code, 1)
    t.regex(err, message)
  })

test('each command of the authority has help with an example', async t => {
  for (const name of ['token create', 'token list', 'token revoke', 'list', 'revoke', 'fingerprint'])
    t.regex((await runInside(['ca', ...name.split(' '), '--help'])).out, /Examples:\n {2}forwarder ca/u, name)
  for (const name of ['begin', 'switch', 'finish'])
    t.regex((await runInside(['ca', 'rollover', name, '--help'])).out, /Examples:\n {2}forwarder ca rollover/u, name)
})

test('a directory without an authority is refused with the command that creates one', async t => {
  const { code, err } = await say('ca list', await makeTempDir(t))
  t.is(code, 1)
  t.regex(err, /forwarder ca create --dir/u)
})
