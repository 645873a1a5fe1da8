import test from 'ava'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import lock from '../../../package-lock.json' with { type: 'json' }
import manifest from '../../../package.json' with { type: 'json' }
import { findNewest, readHeadings } from '../../../packaging/release/changelog.ts'
import { runInside } from '../../helpers/process/command-line.ts'

const root = join(import.meta.dirname, '../../..')
const text = async (name: string) => await readFile(join(root, name), 'utf8')

test('the version is semantic, and package-lock.json has the same', t => {
  t.regex(manifest.version, /^\d+\.\d+\.\d+(-[\w.-]+)?$/u)
  t.is(lock.version, manifest.version)
  t.is(lock.packages[''].version, manifest.version)
})

test('--version prints the version of package.json', async t => {
  t.is((await runInside(['--version'])).out, `${manifest.version}\n`)
})

test('only package.json and its lock have the version', async t => {
  const places = [
    'src/**',
    'bin/*',
    'packaging/**',
    'systemd/**',
    'config/**',
    'docs/*.md',
    'bench/*.ts',
    'README.md',
    'Makefile',
  ]
  const entries = await Array.fromAsync(glob(places, { cwd: root, withFileTypes: true }))
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  t.true(files.length > 100)
  const version = new RegExp(String.raw`(?<![\w.])v?${manifest.version.replaceAll('.', String.raw`\.`)}(?![\w.])`, 'u')
  const holders: string[] = []
  for (const file of files) if (version.test(await readFile(file, 'utf8'))) holders.push(file)
  t.deepEqual(holders, [], 'src/flow/program-version.ts is what asks for it')
})

test('the sections of the changelog are the released versions with their dates, newest first, below Unreleased', async t => {
  const headings = readHeadings(await text('CHANGELOG.md'))
  const released = headings.filter(({ version }) => version !== undefined)
  const others = headings.filter(({ version }) => version === undefined).map(heading => heading.text)
  t.true(headings.length > 0)
  t.deepEqual(others, headings[0]?.version === undefined ? ['Unreleased'] : [])
  const days = released.map(({ date = '' }) => date)
  t.deepEqual(days, days.toSorted().toReversed())
  for (const day of days) t.is(new Date(day).toISOString().slice(0, 10), day)
})

test('a heading of the changelog is a version with or without its date, or Unreleased', t => {
  const changelog = '# Changelog\n\n## Unreleased\n\n## 1.0.0-rc.1 - 2026-01-31\n\n### More\n\n## 0.9.0\n'
  t.deepEqual(readHeadings(changelog), [
    { text: 'Unreleased' },
    { text: '1.0.0-rc.1 - 2026-01-31', version: '1.0.0-rc.1', date: '2026-01-31' },
    { text: '0.9.0' },
  ])
  t.is(findNewest(changelog)?.version, '1.0.0-rc.1')
})

test('a heading may have its name in brackets, as keepachangelog.com writes it', t => {
  t.deepEqual(readHeadings('# Changelog\n\n## [Unreleased]\n\n### Added\n\n## [1.0.0-rc.1] - 2026-01-31\n'), [
    { text: 'Unreleased' },
    { text: '1.0.0-rc.1 - 2026-01-31', version: '1.0.0-rc.1', date: '2026-01-31' },
  ])
})
