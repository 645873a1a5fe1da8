// Builds a commit as anybody could: from a clone with nothing in it that is not committed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ReleaseError } from './error.ts'
import { readProgram } from './program.ts'

export interface BuildOptions {
  readonly repository: string
  readonly commit: string
  /** A place that is not there yet. */
  readonly clone: string
  /** What make and its programs say. */
  readonly log: string
}

/** Everything that is handed out, in the `dist` of a fresh clone. Throws a ReleaseError. */
export async function buildCommit({ repository, commit, clone, log }: BuildOptions): Promise<string> {
  const git = async (...args: string[]) =>
    await readProgram('git', args, { failure: `${commit} can't be cloned from ${repository}` })
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
    `make dist packages failed in a fresh clone of ${commit.slice(0, 12)}. Its last words, of ${log}:\n${end}\n` +
      'Where it works in the checkout, the commit lacks a file: git status --ignored shows what is there beside it',
  )
}

/** The caller's, without what this make and this checkout put into it. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { PATH = '', ...others } = process.env
  const kept = Object.entries(others).filter(
    ([name]) => !/^(?:MAKE|MFLAGS$|NODE_(?:ENV|OPTIONS|PATH)$|npm_(?:lifecycle|package|command|execpath))/u.test(name),
  )
  const path = PATH.split(':').filter(dir => !dir.endsWith('/node_modules/.bin'))
  return { ...Object.fromEntries(kept), PATH: path.join(':'), LC_ALL: 'C', TZ: 'UTC' }
}
