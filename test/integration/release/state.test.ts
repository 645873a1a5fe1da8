import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { readState } from '../../../packaging/release/state.ts'
import { makeStandIn } from '../../helpers/packages/stand-in-release.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

test('a clean checkout can be released, before and after it has its tag', async t => {
  const { repository, version, git } = await makeStandIn(t)
  const commit = await git('rev-parse', 'HEAD')
  t.deepEqual(await readState(repository), { version, commit, isTagged: false })
  await git('tag', '--annotate', `v${version}`, '--message', 'it')
  t.deepEqual(await readState(repository), { version, commit, isTagged: true })
})

test('changed files and files unknown to git are named, and nothing is released', async t => {
  const { repository } = await makeStandIn(t)
  await writeFile(join(repository, 'main.go'), 'package main')
  await writeFile(join(repository, 'new file'), '')
  await t.throwsAsync(readState(repository), {
    code: 'RELEASE',
    message: /these files differ from it: main\.go, "new file"; commit them/u,
  })
})

for (const [law, annotate] of [
  ['a tag with a message', ['--annotate', '--message', 'it']],
  ['a plain tag', []],
] as const) {
  test(`a version that has ${law} on another commit is not released again`, async t => {
    const { repository, version, git, commit } = await makeStandIn(t)
    await git('tag', `v${version}`, ...annotate)
    await commit('main.go', 'package main\n')
    await t.throwsAsync(readState(repository), { code: 'RELEASE', message: /the tag v3\.2\.1 is on the commit/u })
  })
}

for (const [law, changelog, message] of [
  ['begins with Unreleased', '## Unreleased\n\nx\n', /begins with "Unreleased".*below "## 3\.2\.1 - /u],
  ['has another version', '## 3.2.0 - 2026-01-01\n', /begins with "3\.2\.0 - 2026-01-01", but the version is 3\.2\.1/u],
  ['has no day', '## 3.2.1\n', /begins with "3\.2\.1", but the version is/u],
  [
    'has a section above it',
    '## Unreleased\n\n## 3.2.1 - 2026-01-01\n',
    /which is released already; raise the version/u,
  ],
  ['is empty', '', /begins with ""/u],
] as const) {
  test(`a version whose changelog ${law} is not released`, async t => {
    const { repository, commit } = await makeStandIn(t)
    await commit('CHANGELOG.md', changelog)
    await t.throwsAsync(readState(repository), { code: 'RELEASE', message })
  })
}

test('an invalid version, or one that is not that of package-lock.json, is not released', async t => {
  const { repository, commit } = await makeStandIn(t)
  await commit('package.json', '{"version": "3.2.2"}')
  await t.throwsAsync(readState(repository), { message: /package-lock\.json has 3\.2\.1; run npm version/u })
  await commit('package.json', '{"version": "3.2"}')
  await t.throwsAsync(readState(repository), { message: /"3\.2", which is not a semantic version/u })
})

test('a directory that is not a checkout is not released', async t => {
  const dir = await makeTempDir(t)
  await t.throwsAsync(readState(dir), { code: 'RELEASE', message: /is not a checkout that git can read/u })
})
