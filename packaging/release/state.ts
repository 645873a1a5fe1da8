// Checks a checkout before a release is made of it.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findNewest, readHeadings } from './changelog.ts'
import { ReleaseError } from './error.ts'
import { readProgram } from './program.ts'

export interface ReleaseState {
  readonly version: string
  readonly commit: string
  readonly isTagged: boolean
}

/** Semantic versioning 2.0.0, without characters that a file name cannot have. */
const VERSION = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/u

/** Throws a ReleaseError if a file is not committed, the changelog lacks the version, or its tag is on another commit. */
export async function readState(repository: string): Promise<ReleaseState> {
  const git = async (...args: string[]) =>
    await readProgram('git', args, { failure: `${repository} is not a checkout that git can read`, cwd: repository })
  refuseChanges(await git('status', '--porcelain', '--untracked-files=all'))
  const version = await readVersion(repository)
  checkChangelog(await readFile(join(repository, 'CHANGELOG.md'), 'utf8'), version)
  const commit = await git('rev-parse', 'HEAD')
  const tagged = await git('for-each-ref', '--format=%(*objectname)%(objectname)', `refs/tags/v${version}`)
  refuseOtherTag(tagged.slice(0, commit.length), commit, version)
  return { version, commit, isTagged: tagged !== '' }
}

function refuseChanges(status: string): void {
  if (status === '') return
  const names = status.split('\n').map(line => line.slice(3))
  const shown = names.slice(0, 10).join(', ') + (names.length > 10 ? ` and ${names.length - 10} more` : '')
  throw new ReleaseError(
    `a release is made of a commit, but these files differ from it: ${shown}; commit them or move them away`,
  )
}

async function readVersion(repository: string): Promise<string> {
  const read = async (name: string) =>
    (JSON.parse(await readFile(join(repository, name), 'utf8')) as { version?: string }).version
  const [version, locked] = [await read('package.json'), await read('package-lock.json')]
  if (version === undefined || !VERSION.test(version))
    throw new ReleaseError(`package.json has the version ${JSON.stringify(version)}, which is not a semantic version`)
  if (version === locked) return version
  throw new ReleaseError(
    `package.json has the version ${version}, but package-lock.json has ${locked}; run npm version --no-git-tag-version ${version} --allow-same-version`,
  )
}

function checkChangelog(text: string, version: string): void {
  const [first] = readHeadings(text)
  if (first?.version === version && first.date !== undefined) return
  const newest = findNewest(text)
  const remedy = `put the changes below "## ${version} - <year>-<month>-<day>" at its top`
  if (newest?.version === version)
    throw new ReleaseError(
      `CHANGELOG.md has "${first?.text}" above version ${version}, which is released already; raise the version (npm version --no-git-tag-version), and ${remedy.replace(version, 'that version')}`,
    )
  throw new ReleaseError(`CHANGELOG.md begins with "${first?.text ?? ''}", but the version is ${version}; ${remedy}`)
}

function refuseOtherTag(tagged: string, commit: string, version: string): void {
  if (tagged === '' || tagged === commit) return
  throw new ReleaseError(
    `the tag v${version} is on the commit ${tagged.slice(0, 12)}, but this is ${commit.slice(0, 12)}; raise the version in package.json (npm version --no-git-tag-version), or check out the tag`,
  )
}
