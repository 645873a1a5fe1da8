import test from 'ava'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toTitlePattern } from '../helpers/sources/title-pattern.ts'

const script = join(import.meta.dirname, '../helpers/sources/list-laws.ts')

async function list(): Promise<Map<string, string[]>> {
  const { stdout } = await promisify(execFile)(process.execPath, [script], { maxBuffer: 16 * 1024 * 1024 })
  const files = stdout.split('\n\n').map(block => block.trim().split('\n'))
  return new Map(
    files.filter(([path]) => path !== '').map(([path = '', ...titles]) => [path, titles.map(title => title.trim())]),
  )
}

let laws: Map<string, string[]>
test.before(async () => {
  laws = await list()
})

// The words that docs/wording.md replaces. The name of a command or a machine is in quotes, and is not a word.
const AVOIDED =
  /\b(?:can't|can not|for ever|anew|mend(?:s|ed)?|whoever|(?:no|some|every|any)body|go(?:es)? on|t(?:ell|ells|old)|sa(?:y|ys|id)|stands?|take[ns]? (?:up|over) (?:a|the|from)|away|heeded|though)\b/
const NO_NOUN = /(?<!\bthere )\b(?:is|are) no\b(?! (?:longer|more))/
const NO_SUBJECT = /^(?:who|whoever|what|whatever|it|they|while it|with it)\b/

test('every title is a law of at least three words, and no file has one twice', t => {
  t.true(laws.size > 100)
  t.true(laws.get('test/unit/flow/pump.test.ts')?.includes('a pump takes no more batches than may be in flight'))
  for (const [path, titles] of laws) {
    t.not(titles.length, 0, path)
    t.is(new Set(titles).size, titles.length, path)
    for (const title of titles) t.true(title.split(/\s+/).length >= 3, `${path}: ${title}`)
  }
})

function faultsOf(title: string): string[] {
  const words = title.replaceAll(/"[^"]*"/g, '""')
  return [AVOIDED, NO_NOUN, NO_SUBJECT].flatMap(pattern => pattern.exec(words)?.[0] ?? [])
}

test('every title is in the words of docs/wording.md, and begins with its subject', t => {
  const found: string[] = []
  for (const [path, titles] of laws) {
    const faulty = titles.filter(title => faultsOf(title).length > 0)
    found.push(...faulty.map(title => `${path}: ${title}: ${faultsOf(title).join(', ')}`))
  }
  t.deepEqual(found, [])
})

/** Shorter quotes are words, not titles. */
const FEWEST_WORDS = 4

test('each title that docs/decisions.md quotes is that of a test', async t => {
  const page = await readFile(join(import.meta.dirname, '../../docs/decisions.md'), 'utf8')
  const text = page.replaceAll(/\s+/g, ' ')
  const quoted = [...text.matchAll(/"(?<title>[^"]+)"/g)].map(found => found.groups?.['title'] ?? '')
  const titles = quoted.filter(title => title.split(' ').length >= FEWEST_WORDS)
  t.true(titles.length > 100)
  const all = [...laws.values()].flat()
  const isLaw = (title: string) => {
    const pattern = toTitlePattern(title)
    return all.some(one => pattern.test(one))
  }
  t.deepEqual(
    titles.filter(title => !isLaw(title)),
    [],
  )
})
