import test from 'ava'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writePage } from '../../../bench/results/page.ts'
import { makePart } from '../../helpers/bench/parts.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const BEGIN = '<!-- made by make bench: begin -->'
const END = '<!-- made by make bench: end -->'
const run = (sender: string, figures: Readonly<Record<string, number>>) => ({ sender, round: 0, figures })

test('the bench replaces the text between the markers of its page, and no other', async t => {
  const path = join(await makeTempDir(t), 'RESULTS.md')
  await writeFile(path, `# By hand\n${BEGIN}\nan earlier table\n${END}\nmore by hand\n`)
  for (const title of ['first', 'second']) await writePage(path, [makePart({ title })])
  const page = await readFile(path, 'utf8')
  t.regex(page, new RegExp(`^# By hand\n${BEGIN}\n\n[^]*\n\n${END}\nmore by hand\n$`))
  t.true(page.includes('- second: 1,250,000 lines, 202 MB, 3 rounds, on 2026-11-29, commit 0123abcd, load 1.0 to 2.3'))
  t.false(/earlier|first/.test(page))
})

test('a page without markers is not changed', async t => {
  const path = join(await makeTempDir(t), 'RESULTS.md')
  await writeFile(path, `# By hand\n${END}\n${BEGIN}\n`)
  await t.throwsAsync(writePage(path, []), { message: /RESULTS.md lacks the lines/ })
  t.is(await readFile(path, 'utf8'), `# By hand\n${END}\n${BEGIN}\n`)
})

test('the picture beside the page has a bar for each sender, as long as its CPU time', async t => {
  const path = join(await makeTempDir(t), 'RESULTS.md')
  await writeFile(path, `${BEGIN}${END}`)
  const senders = ['one', 'two'].map(name => ({ name, hasAcks: true }))
  const runs = [run('one', { start: 2, encode: 2 }), run('two', { start: 1, encode: 1 })]
  await writePage(path, [makePart({ measure: 'cpu-parts', senders, runs })])
  t.true((await readFile(path, 'utf8')).includes('![CPU by part](cpu-by-part.svg)'))
  const svg = await readFile(join(path, '../cpu-by-part.svg'), 'utf8')
  const widths = [...svg.matchAll(/width="([\d.]+)" height="44"/g)].map(([, width]) => Number(width))
  const [one, two] = [widths.slice(0, 8), widths.slice(8)].map(list => list.reduce((sum, width) => sum + width, 0))
  t.is(widths.length, 16)
  t.is(one, 2 * (two ?? 0))
})
