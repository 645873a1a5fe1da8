import anyTest, { type TestFn } from 'ava'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { makePackages } from '../../../packaging/packages.ts'
import { buildPackages, type Packages, VERSION } from '../../helpers/packages/packages.ts'
import { patience } from '../../helpers/time/patience.ts'
import { buildDist } from '../../helpers/packages/single-executable.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const packagesTest = anyTest as TestFn<Packages>
const test = packagesTest.serial
const run = promisify(execFile)

packagesTest.before(async t => {
  t.timeout(patience(400_000), 'executables and packages are built')
  t.context = await buildPackages()
})

const debPaths = async (path: string) =>
  (await run('sh', ['-c', 'dpkg-deb --fsys-tarfile "$0" | tar --list', path])).stdout
const rpmQuery = async (path: string, ...args: string[]) =>
  (await run('rpm', ['--query', '--package', '--nosignature', ...args, path])).stdout

test('the packages for arm64 have the same paths, and name their architecture', async t => {
  const [deb, rpm] = [t.context.deb(VERSION, 'linux-arm64'), t.context.rpm(VERSION, 'linux-arm64')]
  t.is(await debPaths(deb), await debPaths(t.context.deb()))
  t.is(await rpmQuery(rpm, '--list'), await rpmQuery(t.context.rpm(), '--list'))
  t.is((await run('dpkg-deb', ['--field', deb, 'Architecture'])).stdout, 'arm64\n')
  t.is(await rpmQuery(rpm, '--queryformat', '%{ARCH}'), 'aarch64')
})

test('each library that the executable loads is in a package that the .deb depends on', async t => {
  const { stdout: depends } = await run('dpkg-deb', ['--field', t.context.deb(), 'Depends'])
  for (const name of ['libatomic1', 'libc6 (>= 2.28)', 'libgcc-s1 | libgcc1', 'libstdc++6']) {
    t.true(depends.includes(name), name)
  }
  const { stdout: loaded } = await run('readelf', ['--dynamic', (await buildDist()).binary('linux-x64')])
  const families = [...loaded.matchAll(/\(NEEDED\).*\[(\w+)/gu)].map(([, name = '']) => name)
  t.deepEqual(
    families.filter(name => !/^(?:ld|libc|libm|libdl|libpthread|libatomic|libgcc_s|libstdc)$/u.test(name)),
    [],
  )
})

test('the .rpm is intact, and requires the libraries by their symbols', async t => {
  for (const platform of ['linux-x64', 'linux-arm64'] as const) {
    t.regex((await run('rpm', ['--checksig', t.context.rpm(VERSION, platform)])).stdout, /digests OK/u)
    const required = await rpmQuery(t.context.rpm(VERSION, platform), '--requires')
    for (const name of ['libc.so.6(GLIBC_2.28)(64bit)', 'libatomic.so.1()(64bit)'])
      t.true(required.includes(name), name)
  }
})

test('two builds of the packages are identical', async t => {
  const [output, work, { dir: dist }] = [await makeTempDir(t), await makeTempDir(t), await buildDist()]
  const order = { dist, output, work, platform: 'linux-x64', compression: 'none' } as const
  const paths = await makePackages({ ...order, release: { version: VERSION, epoch: 1_700_000_000 } })
  for (const path of paths) {
    t.true((await readFile(path)).equals(await readFile(join(t.context.dir, basename(path)))), basename(path))
  }
})

test('lintian finds nothing that the packaging does not explain', async t => {
  t.timeout(patience(300_000), 'it reads the executable')
  // Packages of tests are not compressed, so as not to wait for it.
  const compression = 'uses-no-compression-for-data-tarball,uses-no-compression-for-control-tarball'
  // Misspelt words in Node take as long as all else.
  const parts = ['--suppress-tags', compression, '--dont-check-part', 'binaries/spelling']
  const found = await run('lintian', ['--allow-root', '--display-info', ...parts, t.context.deb()]).catch(
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  )
  t.like(found, { stdout: '', stderr: '' })
  t.false('code' in found, 'it ends with 0')
})
