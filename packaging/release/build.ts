// Builds a commit reproducibly: from a clone that has only what is committed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ReleaseError } from './error.ts'
import { readProgram } from './program.ts'

export interface BuildOptions {
  readonly repository: string
  readonly commit: string
  /** A directory that does not exist yet. */
  readonly clone: string
  /** The log of make and its programs. */
  readonly log: string
}

/** Builds all files of a release in the `dist` of a fresh clone. Throws a ReleaseError. */
export async function buildCommit({ repository, commit, clone, log }: BuildOptions): Promise<string> {
  const git = async (...args: string[]) =>
    await readProgram('git', args, { failure: `cannot clone ${commit} from ${repository}` })
  await git('clone', '--quiet', '--no-checkout', repository, clone)
  await git('-C', clone, '-c', 'advice.detachedHead=false', 'checkout', '--quiet', '--detach', commit)
  const time = await git('-C', clone, 'log', '-1', '--format=%ct')
  const output = await open(log, 'a')
  try {
    const child = spawn('make', ['dist', 'packages'], {
      cwd: clone,
      env: { ...plainEnvironment(), SOURCE_DATE_EPOCH: time },
      stdio: ['ignore', output.fd, output.fd],
    })
    const [code] = (await once(child, 'exit')) as [number | null]
    if (code === 0) return join(clone, 'dist')
  } finally {
    await output.close()
  }
  const end = (await readFile(log, 'utf8')).trimEnd().split('\n').slice(-15).join('\n')
  throw new ReleaseError(
    `make dist packages failed in a fresh clone of ${commit.slice(0, 12)}. The end of its log ${log}:\n${end}\n` +
      'If it works in the checkout, the commit lacks a file: git status --ignored lists the files that are not committed',
  )
}

/** The caller's environment, without the variables of this make and this checkout. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { PATH = '', ...others } = process.env
  const kept = Object.entries(others).filter(
    ([name]) => !/^(?:MAKE|MFLAGS$|NODE_(?:ENV|OPTIONS|PATH)$|npm_(?:lifecycle|package|command|execpath))/u.test(name),
  )
  const path = PATH.split(':').filter(dir => !dir.endsWith('/node_modules/.bin'))
  return { ...Object.fromEntries(kept), PATH: path.join(':'), LC_ALL: 'C', TZ: 'UTC' }
}
