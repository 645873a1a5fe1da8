import test from 'ava'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../../..')
const script = join(root, 'test/helpers/sources/list-laws.ts')

interface NamedTest {
  readonly file: string
  readonly title: string
}

interface KnownLimits {
  readonly limits: readonly string[]
  /** By the label that a limit has. */
  readonly tests: ReadonlyMap<string, NamedTest>
}

/** Each limit ends with `[test][label]`, or `[1][label], [2][label]`, and below the last one is `[label]: ../test/… "title"`. */
async function readLimits(): Promise<KnownLimits> {
  const page = await readFile(join(root, 'docs/files.md'), 'utf8')
  const section = /^## Known limits\n(?<text>[^]*?)(?=^## |$(?![^]))/m.exec(page)?.groups?.['text'] ?? ''
  const [list = ''] = section.split(/^\[/m)
  const limits = list.split(/^- /m).slice(1)
  const definitions = section.matchAll(
    /^\[(?<label>[\w-]+)\]: \.\.\/(?<file>\S+)\s+(?<quote>["'])(?<title>[^]*?)\k<quote>$/gm,
  )
  const tests = [...definitions].map(({ groups: { label = '', file = '', title = '' } = {} }) => {
    return [label, { file, title: title.replaceAll(/\s+/g, ' ') }] as const
  })
  return { limits, tests: new Map(tests) }
}

function labelsOf(limit: string): readonly string[] {
  return [...limit.matchAll(/\[(?:test|\d)\]\[(?<label>[\w-]+)\]/g)].map(({ groups }) => groups?.['label'] ?? '')
}

async function listTitles(files: Iterable<string>): Promise<ReadonlySet<string>> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...files])
  const blocks = stdout.split('\n\n').map(block => block.trim().split('\n'))
  return new Set(blocks.flatMap(([file = '', ...titles]) => titles.map(title => `${file}: ${title.trim()}`)))
}

test('each known limit in docs/files.md names its test, and each test that it names exists', async t => {
  const { limits, tests } = await readLimits()
  t.true(limits.length > 30)
  const labels = limits.flatMap(labelsOf)
  t.deepEqual(
    limits.filter(limit => labelsOf(limit).length === 0),
    [],
  )
  t.deepEqual([...new Set(labels)].toSorted(), [...tests.keys()].toSorted())
  const named = [...tests.values()]
  const titles = await listTitles(new Set(named.map(({ file }) => file)))
  t.deepEqual(
    named.map(({ file, title }) => `${file}: ${title}`).filter(title => !titles.has(title)),
    [],
  )
})
