import { execFile } from 'node:child_process'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TeardownScope } from '../process/scope.ts'
import { makeTempDir } from '../files/temp-dir.ts'

const run = promisify(execFile)
const fixture = join(import.meta.dirname, '../../fixtures/release')

export interface StandIn {
  /** A checkout whose `make dist packages` takes seconds. */
  readonly repository: string
  readonly version: string
  readonly git: (...args: string[]) => Promise<string>
  /** Writes a file and commits it. */
  readonly commit: (name: string, text: string) => Promise<void>
}

/** Makes a small project that can be released: programs that print their version, in real packages, in a repository. */
export async function makeStandIn(t: TeardownScope): Promise<StandIn> {
  const repository = await makeTempDir(t)
  const version = '3.2.1'
  await cp(fixture, repository, { recursive: true })
  const manifest = `${JSON.stringify({ name: 'forwarder', version }, undefined, 2)}\n`
  await writeFile(join(repository, 'package.json'), manifest)
  await writeFile(join(repository, 'package-lock.json'), manifest)
  await writeFile(join(repository, 'CHANGELOG.md'), `# Changelog\n\n## ${version} - 2026-01-31\n\nAll of it.\n`)
  await writeFile(join(repository, '.gitignore'), '/dist/\n/build/\n/work/\n')
  const git = async (...args: string[]) => {
    const identity = ['-c', 'user.name=nobody', '-c', 'user.email=nobody@example.com', '-c', 'commit.gpgSign=false']
    return (await run('git', [...identity, ...args], { cwd: repository, env: plain })).stdout.trim()
  }
  const commitAll = async (message: string) => {
    await git('add', '--all')
    await git('commit', '--quiet', '--message', message)
  }
  await git('init', '--quiet', '--initial-branch=main')
  await commitAll('begin')
  return {
    repository,
    version,
    git,
    async commit(name, text) {
      await writeFile(join(repository, name), text)
      await commitAll(`change ${name}`)
    },
  }
}

/** An environment without the git settings of this machine's user. */
const plain = { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' }

export interface KeyPair {
  readonly path: string
  readonly publicPath: string
}

/** Makes a key of minisign, without a password unless one is given. */
export async function makeSigningKey(t: TeardownScope, password?: string): Promise<KeyPair> {
  const dir = await makeTempDir(t)
  const [path, publicPath] = [join(dir, 'maker.key'), join(dir, 'maker.pub')]
  const args = ['-G', ...(password === undefined ? ['-W'] : []), '-s', path, '-p', publicPath]
  const making = run('minisign', args)
  making.child.stdin?.end(password === undefined ? '' : `${password}\n${password}\n`)
  await making
  return { path, publicPath }
}

/** Flips the lowest bit of a byte. */
export async function flipByte(path: string, index: number): Promise<void> {
  const bytes = await readFile(path)
  bytes[index] = (bytes[index] ?? 0) ^ 1
  await writeFile(path, bytes)
}
