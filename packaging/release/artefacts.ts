// The files of a release, and how each is verified.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ReleaseError } from './error.ts'
import { readProgram } from './program.ts'
import type { Sum } from './sums.ts'

export interface Release {
  readonly dir: string
  readonly version: string
  readonly sums: readonly Sum[]
}

/** Reads a file and returns what it found. Throws a ReleaseError. */
type Look = (name: string, release: Release) => Promise<string>

/** Every file of a release, and how it is verified. */
function listExpected(version: string): ReadonlyMap<RegExp, Look> {
  const v = version.replaceAll('.', String.raw`\.`)
  return new Map<RegExp, Look>([
    [new RegExp(`^forwarder-${v}-linux-x64$`, 'u'), async (name, { dir }) => await runIt([join(dir, name)], version)],
    [
      new RegExp(`^forwarder-${v}-linux-arm64$`, 'u'),
      async (name, { dir }) => await runIt(emulate(join(dir, name)), version),
    ],
    [new RegExp(`^forwarder-${v}\\.cdx\\.json$`, 'u'), readBill],
    [/^THIRD-PARTY-LICENSES$/u, async () => await Promise.resolve('licences')],
    [/_amd64\.deb$/u, async (name, release) => await readDebian(name, release, 'x64')],
    [/_arm64\.deb$/u, async (name, release) => await readDebian(name, release, 'arm64')],
    [/\.x86_64\.rpm$/u, async (name, release) => await readRpm(name, release, 'x64')],
    [/\.aarch64\.rpm$/u, async (name, release) => await readRpm(name, release, 'arm64')],
  ])
}

/** Returns one line per file. Throws a ReleaseError if a file is missing, unknown, or not of this version. */
export async function verifyArtefacts(release: Release): Promise<readonly string[]> {
  const names = release.sums.map(({ name }) => name)
  const looks = [...listExpected(release.version)].map(([pattern, look]) => ({ name: pick(names, pattern), look }))
  const unknown = names.filter(name => !looks.some(entry => entry.name === name))
  if (unknown.length > 0)
    throw new ReleaseError(
      `cannot verify ${unknown.join(', ')}: packaging/release/artefacts.ts must list each file of a release`,
    )
  const found: string[] = []
  for (const { name, look } of looks) found.push(`${name}: ${await look(name, release)}`)
  return found
}

function pick(names: readonly string[], pattern: RegExp): string {
  const [name, another] = names.filter(one => pattern.test(one))
  if (name !== undefined && another === undefined) return name
  throw new ReleaseError(
    `a release has exactly one file that matches ${pattern.source}, but there are: ${names.join(', ')}`,
  )
}

function emulate(path: string): readonly string[] {
  return process.arch === 'arm64' ? [path] : ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu', path]
}

async function runIt([command = '', ...args]: readonly string[], version: string): Promise<string> {
  const failure = `cannot run ${[command, ...args].join(' ')}`
  const printed = await readProgram(command, [...args, '--version'], { failure })
  expectSame(`${args.at(-1) ?? command} --version`, printed, version)
  return `prints ${printed}`
}

const readBill: Look = async (name, { dir, version }) => {
  const bill = JSON.parse(await readFile(join(dir, name), 'utf8')) as {
    readonly metadata?: { readonly component?: { readonly version?: string } }
    readonly components?: readonly unknown[]
  }
  expectSame(`${name}: metadata.component.version`, bill.metadata?.component?.version, version)
  return `${bill.components?.length ?? 0} components of ${version}`
}

type Cpu = 'x64' | 'arm64'

async function readDebian(name: string, release: Release, cpu: Cpu): Promise<string> {
  const failure = `${name} is not a valid Debian package`
  const path = join(release.dir, name)
  const fields = await readProgram('dpkg-deb', ['--show', '--showformat=${Package} ${Version} ${Architecture}', path], {
    failure,
  })
  expectPackage(name, fields, { version: release.version, architecture: cpu === 'x64' ? 'amd64' : 'arm64' })
  const unpack = 'dpkg-deb --fsys-tarfile "$0" | tar --extract --to-stdout --occurrence ./usr/bin/forwarder | sha256sum'
  const sum = await readProgram('bash', ['-o', 'pipefail', '-c', unpack, path], { failure })
  expectSame(`${name}: sum of /usr/bin/forwarder`, sum.slice(0, 64), sumOf(release, cpu))
  return `${fields}, with the executable for ${cpu}`
}

async function readRpm(name: string, release: Release, cpu: Cpu): Promise<string> {
  const failure = `${name} is not a valid RPM package`
  const path = join(release.dir, name)
  const query = async (format: string) =>
    await readProgram('rpm', ['-qp', '--nosignature', '--qf', format, path], { failure })
  await readProgram('rpm', ['--checksig', '--nosignature', path], { failure })
  const fields = await query('%{NAME} %{VERSION}-%{RELEASE} %{ARCH}')
  expectPackage(name, fields, { version: release.version, architecture: cpu === 'x64' ? 'x86_64' : 'aarch64' })
  const digests = await query('[%{FILENAMES} %{FILEDIGESTS}\n]')
  const sum = /^\/usr\/bin\/forwarder (\w+)$/mu.exec(digests)?.[1]
  expectSame(`${name}: sum of /usr/bin/forwarder`, sum, sumOf(release, cpu))
  return `${fields}, with the executable for ${cpu}`
}

/** Packages write 1.0.0-rc.1 as 1.0.0~rc.1, so that 1.0.0 is newer, and may add a revision. */
function expectPackage(
  name: string,
  fields: string,
  expected: { readonly version: string; readonly architecture: string },
): void {
  const [program, version = '', architecture] = fields.split(' ')
  const plain = version.replace(/-[\w.]+$/u, '')
  expectSame(`${name}: name`, program, 'forwarder')
  expectSame(`${name}: version`, plain, expected.version.replace('-', '~'))
  expectSame(`${name}: architecture`, architecture, expected.architecture)
}

/** The SHA-256 of the executable for that CPU. */
function sumOf({ version, sums }: Release, cpu: Cpu): string | undefined {
  return sums.find(entry => entry.name === `forwarder-${version}-linux-${cpu}`)?.sha256
}

function expectSame(what: string, found: string | undefined, expected: string | undefined): void {
  if (found === expected) return
  throw new ReleaseError(
    `${what} is ${JSON.stringify(found)}, but must be ${JSON.stringify(expected)}; nothing is released`,
  )
}
