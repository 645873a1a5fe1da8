import { execFile } from 'node:child_process'
import { appendFile, copyFile, cp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { verifyArtefacts } from '../../../packaging/release/artefacts.ts'
import { sumDirectory } from '../../../packaging/release/sums.ts'
import { patience } from '../../helpers/time/patience.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { makeStandIn, type StandIn } from '../../helpers/packages/stand-in-release.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const scope = makeScope()
let standIn: StandIn
test.before(async t => {
  t.timeout(patience(170_000), 'small programs are compiled')
  standIn = await makeStandIn(scope)
  await promisify(execFile)('make', ['dist', 'packages'], { cwd: standIn.repository })
})
test.after.always(async () => await scope.end())

const base = 'forwarder-3.2.1'

test('the files of one build are verified as a release', async t => {
  const dir = join(standIn.repository, 'dist')
  t.is((await verifyArtefacts({ dir, version: '3.2.1', sums: await sumDirectory(dir) })).length, 8)
})

for (const [law, change, message] of [
  [
    'an executable that prints another version',
    async dir => await writeFile(join(dir, `${base}-linux-x64`), '#!/bin/sh\necho 3.2.0\n', { mode: 0o755 }),
    /linux-x64 --version is "3\.2\.0", but must be "3\.2\.1"/u,
  ],
  [
    'an executable for another processor',
    async dir => await copyFile('/bin/true', join(dir, `${base}-linux-arm64`)),
    /cannot run .*linux-arm64/u,
  ],
  [
    'a package with another executable',
    async dir => await appendFile(join(dir, `${base}-linux-x64`), 'more'),
    /_amd64\.deb: sum of \/usr\/bin\/forwarder is|x86_64\.rpm: sum of/u,
  ],
  [
    'a Debian package of another architecture',
    async dir => await copyFile(join(dir, 'forwarder_3.2.1-1_amd64.deb'), join(dir, 'forwarder_3.2.1-1_arm64.deb')),
    /_arm64\.deb: architecture is "amd64", but must be "arm64"/u,
  ],
  [
    'an RPM package of another architecture',
    async dir => await copyFile(join(dir, `${base}-1.aarch64.rpm`), join(dir, `${base}-1.x86_64.rpm`)),
    /x86_64\.rpm: architecture is "aarch64"/u,
  ],
  [
    'an RPM package that was cut off',
    async dir => await writeFile(join(dir, `${base}-1.x86_64.rpm`), 'x'),
    /is not a valid RPM package/u,
  ],
  [
    'a Debian package that was cut off',
    async dir => await writeFile(join(dir, 'forwarder_3.2.1-1_arm64.deb'), 'x'),
    /is not a valid Debian package/u,
  ],
  [
    'a bill of materials of another version',
    async dir => await writeFile(join(dir, `${base}.cdx.json`), '{"metadata": {"component": {"version": "3"}}}'),
    /component\.version is "3"/u,
  ],
  ['a missing file', async dir => await rm(join(dir, 'THIRD-PARTY-LICENSES')), /has exactly one file that matches/u],
  ['an unknown file', async dir => await writeFile(join(dir, 'notes'), ''), /cannot verify notes/u],
] as readonly (readonly [string, (dir: string) => Promise<unknown>, RegExp])[]) {
  test(`a release with ${law} is not verified`, async t => {
    const dir = await makeTempDir(t)
    await cp(join(standIn.repository, 'dist'), dir, { recursive: true })
    await change(dir)
    const sums = await sumDirectory(dir)
    await t.throwsAsync(verifyArtefacts({ dir, version: '3.2.1', sums }), { code: 'RELEASE', message })
  })
}
