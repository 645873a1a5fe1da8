import test from 'ava'
import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { commonNameOf } from '../../../src/tls/certificate-names.ts'
import { type AuthorityEntry, listAuthorities } from '../../../src/trust/authority/authorities.ts'
import { beginRollover, finishRollover, switchAuthority } from '../../../src/trust/authority/rollover.ts'
import { type EtcdServer, startEtcd } from '../../helpers/servers/etcd.ts'
import { readCertificate } from '../../helpers/trust/certificates.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { type TrustPlace, makeTrustPlace, untilSaid } from '../../helpers/trust/trust.ts'
import { until } from '../../helpers/time/until.ts'

const scope = makeScope()
let server: EtcdServer

test.before(async () => {
  server = await startEtcd(scope)
})
test.after.always(() => scope.end())

const asCommand = ({ caDir: dir, database }: TrustPlace) => ({ dir, database, nowMs: Date.now() })

/** A machine may know the next authority before the signer has put on record that it is published. */
async function switchOncePublished(place: TrustPlace): Promise<AuthorityEntry> {
  let switched: AuthorityEntry | undefined
  const hasSwitched = async () => {
    switched = await switchAuthority(asCommand(place)).catch((error: unknown) => {
      if (!String(error).includes('has not been published yet')) throw error
      return undefined
    })
    return switched !== undefined
  }
  await until(hasSwitched, 'the next authority is published')
  return switched!
}

async function verify(ca: string, certificate: string): Promise<string> {
  return (await promisify(execFile)('openssl', ['verify', '-CAfile', ca, certificate])).stdout
}

async function issuerOf(path: string): Promise<string | undefined> {
  return commonNameOf((await readCertificate(path)).issuer)
}

test('an authority is replaced while all machines run, and none of them is untrusted at any moment', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  await place.startSigner()
  const [agent, sleeper] = ['web1', 'sleeper'].map(name => place.join(name, { token: place.token() }))
  await Promise.all([agent!.ready, sleeper!.ready])
  await sleeper!.close()
  const { ca, certificate } = agent!.files

  await t.throwsAsync(switchAuthority(asCommand(place)), { code: 'setup', message: /rollover begin/ })
  const next = await beginRollover(asCommand(place))
  await t.throwsAsync(beginRollover(asCommand(place)), { code: 'setup', message: /has begun/ })
  await until(() => agent!.status().authorities === 2, 'both are trusted')
  t.regex(await verify(ca, certificate), /: OK/)
  t.is(await issuerOf(certificate), 'forwarder CA', 'the old one still signs')

  await switchOncePublished(place)
  await untilSaid(place.lines, 'another authority signs now')
  await t.throwsAsync(finishRollover(asCommand(place)), { code: 'setup', message: /2 certificates .* still valid/ })
  const serial = agent!.serial.current
  agent!.renewNow()
  await until(() => agent!.serial.current !== serial, 'it is renewed')
  t.is(await issuerOf(certificate), next.name)
  t.regex(await verify(ca, certificate), /: OK/)

  await finishRollover({ ...asCommand(place), force: true })
  await until(() => agent!.status().authorities === 1, 'the old one is not trusted any more')
  t.regex(await verify(ca, certificate), /: OK/)
  t.deepEqual(
    listAuthorities(place.caDir, place.database).map(({ state }) => state),
    ['signing', 'retired'],
  )

  const awake = place.join('sleeper')
  await until(() => awake.status().authorities === 1, 'it slept through all of it, and believes the chain')
  await until(
    async () => (await issuerOf(awake.files.certificate)) === next.name,
    'and renews, as its authority is gone',
  )

  const late = place.join('late', { token: place.token() })
  await untilSaid(place.lines, /none of the authorities .* has the fingerprint .*caFingerprint/)
  t.is(late.status().state, 'enrolling')
  await late.close()
  const right = place.join('late', { token: place.token(), caFingerprint: next.fingerprint })
  await right.ready
  t.is(right.status().authorities, 1)
})

test('without the old key, a machine that was off during a rollover needs the new fingerprint, and then keeps its certificate', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  const signer = await place.startSigner()
  const sleeper = place.join('sleeper', { token: place.token() })
  await sleeper.ready
  await sleeper.close()
  await beginRollover(asCommand(place))
  await switchAuthority({ ...asCommand(place), force: true })
  const [old] = await finishRollover({ ...asCommand(place), force: true })
  await rm(join(place.caDir, `${old!.fileName}.key`))
  await until(() => signer.fingerprint !== place.fingerprint, 'the signer has changed over')
  await signer.close()
  const after = await place.startSigner()
  const deaf = place.join('sleeper')
  await untilSaid(place.lines, /is signed by .* none of which is trusted here.*caFingerprint/)
  await deaf.close()
  const informed = place.join('sleeper', { caFingerprint: after.fingerprint })
  await until(() => informed.status().authorities === 1 && after.status().renewed === 1, 'it believes, and renews')
  await untilSaid(place.lines, 'the certificate was renewed')
  t.regex(await verify(informed.files.ca, informed.files.certificate), /: OK/)
})

test('an encrypted authority is rolled over with its passphrase', async t => {
  const passphrase = 'a sentence that is hard to guess'
  const place = await makeTrustPlace(t, server.endpoints, { passphrase })
  await place.startSigner()
  const agent = place.join('web1', { token: place.token() })
  await agent.ready
  await t.throwsAsync(beginRollover(asCommand(place)), { code: 'setup', message: /--passphrase-file/ })
  await t.throwsAsync(beginRollover({ ...asCommand(place), passphrase: 'wrong' }), { message: /cannot be decrypted/ })
  await beginRollover({ ...asCommand(place), passphrase })
  t.regex(await readFile(join(place.caDir, 'next.key'), 'utf8'), /ENCRYPTED/)
  await until(() => agent.status().authorities === 2, 'both are trusted')
  const next = await switchOncePublished(place)
  const serial = agent.serial.current
  agent.renewNow()
  await until(() => agent.serial.current !== serial, 'it is renewed')
  t.is(await issuerOf(agent.files.certificate), next.name)
})

test('an authority directory from before a rollover does not overwrite newer trust, and the log has the remedy', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  const dir = join(await makeTempDir(t), 'ca')
  await mkdir(dir)
  for (const name of ['ca.pem', 'ca.key']) await cp(join(place.caDir, name), join(dir, name))
  const first = await place.startSigner()
  const agent = place.join('web1', { token: place.token() })
  await agent.ready
  await beginRollover(asCommand(place))
  await until(() => agent.status().authorities === 2, 'both are trusted')
  await first.close()
  const key = `${place.prefix}/trust`
  const standing = await place.etcd.get(key)

  const old = await place.startSigner({ dir })
  const { level, fields } = await untilSaid(place.lines, 'the signer cannot work; requests wait until it can')
  t.is(level, 'error')
  t.regex(
    String(fields['reason']),
    /copy from before a rollover.*newest copy of the directory.*delete \/test\/.*\/trust in etcd/,
  )
  t.regex(old.status().lastError ?? '', /copy from before a rollover/)
  t.true((await place.etcd.get(key))?.equals(standing!))
  t.is(agent.status().authorities, 2)

  await place.etcd.delete(key)
  await until(
    () => old.status().lastError === undefined && agent.status().authorities === 1,
    'it continues with the new authority',
  )
})
