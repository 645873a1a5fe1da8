import test from 'ava'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toTitlePattern } from '../helpers/sources/title-pattern.ts'

const root = join(import.meta.dirname, '../..')
const script = join(root, 'test/helpers/sources/list-laws.ts')

interface Finding {
  readonly text: string
  readonly tests: readonly { readonly file: string; readonly title: string }[]
}

/** Each finding is `- **number** text [label] "title", "title"`, and below the last one is `[label]: ../test/…`. */
async function readFindings(): Promise<readonly Finding[]> {
  const page = await readFile(join(root, 'docs/decisions.md'), 'utf8')
  const section = /^## [^\n]*finding by finding\n(?<text>[^]*?)^## /m.exec(page)?.groups?.['text'] ?? ''
  const definitions = section.matchAll(/^\[(?<label>[\w-]+)\]: \.\.\/(?<file>\S+)$/gm)
  const files = new Map([...definitions].map(({ groups }) => [groups?.['label'] ?? '', groups?.['file'] ?? '']))
  const [list = ''] = section.split(/^\[/m)
  return list
    .split(/^- (?=\*\*)/m)
    .slice(1)
    .map(item => {
      const text = item.replaceAll(/\s+/g, ' ')
      return { text, tests: readTests(text, files) }
    })
}

function readTests(text: string, files: ReadonlyMap<string, string>): Finding['tests'] {
  return [...text.matchAll(/\[(?<label>[\w-]+)\] (?<titles>"[^"]+"(?:, "[^"]+")*)/g)].flatMap(({ groups }) => {
    const { label = '', titles = '' } = groups ?? {}
    const file = files.get(label) ?? `no file for [${label}]`
    return [...titles.matchAll(/"(?<title>[^"]+)"/g)].map(found => ({ file, title: found.groups?.['title'] ?? '' }))
  })
}

async function listTitles(files: Iterable<string>): Promise<ReadonlyMap<string, readonly string[]>> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...files], { maxBuffer: 16 * 1024 * 1024 })
  const blocks = stdout.split('\n\n').map(block => block.trim().split('\n'))
  return new Map(blocks.map(([file = '', ...titles]) => [file, titles.map(title => title.trim())]))
}

test('each finding in docs/decisions.md has a test or the reason for none, and each test that it names exists', async t => {
  const findings = await readFindings()
  t.true(findings.length > 50)
  t.deepEqual(
    findings.filter(({ text, tests }) => tests.length === 0 && !text.includes('No test: ')),
    [],
  )
  const named = findings.flatMap(({ tests }) => tests)
  const titles = await listTitles(new Set(named.map(({ file }) => file)))
  t.deepEqual(
    named.filter(({ file, title }) => !titles.get(file)?.some(one => toTitlePattern(title).test(one))),
    [],
  )
})
