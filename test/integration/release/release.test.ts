import { access, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { makeRelease } from '../../../packaging/release.ts'
import { verifyRelease } from '../../../packaging/release/verify.ts'
import { flipByte, makeSigningKey, makeStandIn } from '../../helpers/packages/stand-in-release.ts'

const quiet = () => {}

test('a release has every file, built twice and verified, and its sums are signed with version and commit', async t => {
  const { repository, version, git } = await makeStandIn(t)
  const key = await makeSigningKey(t)
  const said: string[] = []
  const dir = await makeRelease({ repository, key, say: line => void said.push(line) })
  const text = said.join('\n')
  t.deepEqual((await readdir(dir)).toSorted(), [
    'SHA256SUMS',
    'SHA256SUMS.minisig',
    'THIRD-PARTY-LICENSES',
    'forwarder-3.2.1-1.aarch64.rpm',
    'forwarder-3.2.1-1.x86_64.rpm',
    'forwarder-3.2.1-linux-arm64',
    'forwarder-3.2.1-linux-x64',
    'forwarder-3.2.1.cdx.json',
    'forwarder_3.2.1-1_amd64.deb',
    'forwarder_3.2.1-1_arm64.deb',
  ])
  for (const line of [
    /equal +8 files/u,
    /linux-x64: prints 3\.2\.1$/mu,
    /linux-arm64: prints 3\.2\.1$/mu,
    /_arm64\.deb: forwarder 3\.2\.1-1 arm64, with the executable for arm64$/mu,
    /aarch64\.rpm: forwarder 3\.2\.1-1 aarch64, with the executable for arm64$/mu,
    /^released +\S+\/dist\/release-3\.2\.1$/mu,
    /^next .*git tag -s v3\.2\.1/mu,
  ])
    t.regex(text, line)
  const listed = [...text.matchAll(/^ *\d+ {2}([0-9a-f]{64} {2}\S+)$/gmu)].map(([, sum]) => `${sum}\n`)
  t.is(listed.join(''), await readFile(join(dir, 'SHA256SUMS'), 'utf8'))
  const commit = await git('rev-parse', 'HEAD')
  t.is(await verifyRelease(dir, key.publicPath), `forwarder ${version} commit ${commit}`)

  const wrongKey = await makeSigningKey(t)
  await t.throwsAsync(verifyRelease(dir, wrongKey.publicPath), { code: 'RELEASE', message: /does not match the key/u })
  for (const name of ['forwarder-3.2.1-linux-x64', 'forwarder_3.2.1-1_arm64.deb', 'SHA256SUMS']) {
    await flipByte(join(dir, name), 40)
    await t.throwsAsync(verifyRelease(dir, key.publicPath), { code: 'RELEASE' }, name)
    await flipByte(join(dir, name), 40)
  }
  const signature = join(dir, 'SHA256SUMS.minisig')
  const lines = (await readFile(signature, 'latin1')).split('\n')
  for (const line of [1, 2, 3]) {
    const index = lines.slice(0, line).join('\n').length + 30
    await flipByte(signature, index)
    await t.throwsAsync(verifyRelease(dir, key.publicPath), { code: 'RELEASE' }, `line ${line + 1} of the signature`)
    await flipByte(signature, index)
  }
  t.truthy(await verifyRelease(dir, key.publicPath), 'as it was it is good again')
  await writeFile(join(dir, 'more'), '')
  await t.throwsAsync(verifyRelease(dir, key.publicPath), { message: /more has no sum|more is not in the list/u })
  await t.throwsAsync(makeRelease({ repository, say: quiet }), { message: /exists already; move it away/u })
})

test('a commit of which two builds differ is not released', async t => {
  const { repository, commit } = await makeStandIn(t)
  await commit('Makefile', 'dist packages:\n\t@mkdir -p dist; date +%N > dist/time\n')
  await t.throwsAsync(makeRelease({ repository, say: quiet }), {
    code: 'RELEASE',
    message: /two builds of one commit differ.*: time differs/u,
  })
  await t.throwsAsync(access(join(repository, 'dist')))
})

test('a commit that lacks a file of the checkout is not released, and the message has the reason', async t => {
  const { repository, commit } = await makeStandIn(t)
  await commit('.gitignore', 'needed\ndist\nbuild\n')
  await commit('Makefile', 'dist packages:\n\t@cat needed\n')
  await writeFile(join(repository, 'needed'), '')
  await t.throwsAsync(makeRelease({ repository, say: quiet }), {
    code: 'RELEASE',
    message: /make dist packages failed[^]*needed: No such file[^]*git status --ignored/u,
  })
})

test('a release with an unknown file or without one of its files is not made', async t => {
  const { repository, commit } = await makeStandIn(t)
  await commit('Makefile', 'dist packages:\n\t@mkdir -p dist; echo > dist/THIRD-PARTY-LICENSES\n')
  await t.throwsAsync(makeRelease({ repository, say: quiet }), { message: /has exactly one file that matches/u })
})
