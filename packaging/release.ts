// Makes a release of the commit that is checked out: node packaging/release.ts [--key FILE] [--password-file FILE]
import { cp, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { verifyArtefacts } from './release/artefacts.ts'
import { buildCommit } from './release/build.ts'
import { ReleaseError, runCommand } from './release/error.ts'
import { readState, type ReleaseState } from './release/state.ts'
import { compareSums, readSums, sumDirectory, SUMS, writeSums, type Sum } from './release/sums.ts'
import { readPublicKey, sign, signaturePath, verifySignature, type SigningKey } from './release/signature.ts'

export interface ReleaseOptions {
  /** A checkout. */
  readonly repository: string
  /** Without a key, the release is not signed. */
  readonly key?: SigningKey
  /** Gets one line per step. */
  readonly say: (line: string) => void
}

/** Resolves with the directory of the release. Throws a ReleaseError, and leaves no release then. */
export async function makeRelease({ repository, key, say }: ReleaseOptions): Promise<string> {
  const state = await readState(repository)
  const output = join(repository, 'dist', `release-${state.version}`)
  if (existsSync(output)) throw new ReleaseError(`${output} exists already; move it away`)
  const publicKey = key && (await readPublicKey(findPublicKey(repository, key)))
  say(`version    ${state.version}, commit ${state.commit.slice(0, 12)}, changelog and tree are correct`)
  const work = await mkdtemp(join(tmpdir(), 'forwarder-release-'))
  try {
    const built = await buildTwice(repository, state.commit, { work, say })
    const sums = await sumDirectory(built)
    for (const line of await verifyArtefacts({ dir: built, version: state.version, sums })) say(`verified   ${line}`)
    const dir = join(work, 'release')
    await mkdir(dir)
    for (const { name } of sums) await rename(join(built, name), join(dir, name))
    await writeSums(dir, sums)
    if (key === undefined || publicKey === undefined)
      say(`UNSIGNED   no KEY was given, so users cannot verify the origin of these files`)
    else say(`signed     ${await signRelease(dir, { key, publicKey, comment: commentOf(state) })}`)
    await putInPlace(dir, output)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  await list(output, say)
  if (!state.isTagged) say(`next       git tag -s v${state.version} -m v${state.version} ${state.commit}`)
  return output
}

interface Work {
  readonly work: string
  readonly say: (line: string) => void
}

/** Builds twice; resolves with the directory of the first build if both are identical. */
async function buildTwice(repository: string, commit: string, { work, say }: Work): Promise<string> {
  const log = join(repository, 'build/release.log')
  await mkdir(join(repository, 'build'), { recursive: true })
  await rm(log, { force: true })
  const dirs: string[] = []
  for (const [name, what] of [
    ['one', 'from a fresh clone'],
    ['other', 'again, from another clone'],
  ] as const) {
    const startedMs = Date.now()
    dirs.push(await buildCommit({ repository, commit, clone: join(work, name), log }))
    say(`built      ${what}: ${Math.round((Date.now() - startedMs) / 1000)} s`)
  }
  const [one = '', other = ''] = dirs
  for (const dir of dirs) await rm(join(dir, SUMS), { force: true }) // they list a part of the files; the release has its own sums
  const [sums, again] = [await sumDirectory(one), await sumDirectory(other)]
  compareSums(sums, again, 'two builds of one commit differ, so the release is not reproducible')
  say(`equal      ${sums.length} files are identical in both`)
  return one
}

function commentOf({ version, commit }: ReleaseState): string {
  return `forwarder ${version} commit ${commit}`
}

/** The project's public key, once it has one: no other key signs its releases. */
function findPublicKey(repository: string, { path }: SigningKey): string {
  const own = join(repository, 'packaging/minisign.pub')
  return existsSync(own) ? own : path.replace(/\.key$/u, '') + '.pub'
}

interface Signing {
  readonly key: SigningKey
  readonly publicKey: string
  readonly comment: string
}

async function signRelease(dir: string, { key, publicKey, comment }: Signing): Promise<string> {
  const sums = join(dir, SUMS)
  await sign(sums, key, comment)
  const signed = await verifySignature(sums, publicKey)
  if (signed !== comment) throw new ReleaseError(`the signature has the comment "${signed}" instead of "${comment}"`)
  return `${signaturePath(SUMS)}, "${comment}", public key ${publicKey}`
}

/** Complete or absent: the target may be on another disk. */
async function putInPlace(dir: string, output: string): Promise<void> {
  const part = `${output}.part`
  await rm(part, { recursive: true, force: true })
  await mkdir(join(output, '..'), { recursive: true })
  await cp(dir, part, { recursive: true, mode: 0, preserveTimestamps: true })
  await rename(part, output)
}

async function list(dir: string, say: (line: string) => void): Promise<void> {
  say(`released   ${dir}`)
  const all: readonly Sum[] = await readSums(dir)
  for (const { name, sha256 } of all) {
    const { size } = await stat(join(dir, name))
    say(`${String(size).padStart(12)}  ${sha256}  ${name}`)
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { key: { type: 'string' }, 'password-file': { type: 'string' } } })
  const { key: path, 'password-file': passwordFile } = values
  process.umask(0o022) // the modes in packages do not depend on the caller
  process.on('SIGINT', () => {}) // make gets it as well and fails; then the unfinished release is removed
  const options: ReleaseOptions = {
    repository: join(import.meta.dirname, '..'),
    ...(path !== undefined && { key: { path, ...(passwordFile !== undefined && { passwordFile }) } }),
    say: line => void process.stdout.write(`${line}\n`),
  }
  await runCommand('no release', () => makeRelease(options))
}
