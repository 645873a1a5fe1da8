import test from 'ava'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderMarkdown } from '../../../packaging/man/markdown.ts'
import { chooseDate, renderPages } from '../../../packaging/man/pages.ts'
import { escapeLiteral, escapeText, fold, formatInline, item, sentence } from '../../../packaging/man/roff.ts'

const becomes = test.macro<[(text: string) => string, string, string]>({
  exec: (t, ...[render, written, roff]) => t.is(render(written), roff),
  title: (name, render, written) =>
    `${name ?? 'a text'} is written in roff by ${render.name}: ${JSON.stringify(written)}`,
})

test(becomes, escapeText, String.raw`a\nb`, String.raw`a\enb`)
test(becomes, escapeText, "it's", String.raw`it\(aqs`)
test(becomes, escapeText, '~/`x`^2', String.raw`\(ti/\(gax\(ga\(ha2`)
test(becomes, escapeText, '…File', String.raw`\[u2026]File`)
test(becomes, escapeText, '😀', String.raw`\[u1F600]`)
test('an option', becomes, escapeLiteral, '--state-dir', String.raw`\-\-state\-dir`)
test(
  'code in a text',
  becomes,
  formatInline,
  'run `forwarder ca serve` now',
  String.raw`run \fBforwarder\~ca\~serve\fR now`,
)
test('a placeholder', becomes, formatInline, '`--name` *value*', String.raw`\fB\-\-name\fR \fIvalue\fR`)
test('a star between spaces', becomes, formatInline, 'a * b', 'a * b')
test('a hyphen', becomes, formatInline, 'confd-driven, with --follow', String.raw`confd-driven, with \-\-follow`)
test('a link', becomes, formatInline, 'see [trust.md](trust.md)', 'see trust.md')
test('a text that begins with a dot', becomes, fold, '.logstash-forwarder', String.raw`\&.logstash-forwarder`)
test('a text of several sentences', becomes, fold, 'One. Two: three. `x`', 'One.\nTwo: three. `x`')
test('a sentence', becomes, sentence, 'the least that is logged', 'The least that is logged.')
test('a sentence that begins with a file name', becomes, sentence, 'filebeat.yml', 'filebeat.yml.')

test('the lines of a folded text are not too long', t => {
  const lines = fold('word '.repeat(200)).split('\n')
  t.true(lines.length > 10 && lines.every(line => line.length <= 78))
})

test('an item in roff may have several paragraphs', t => {
  t.is(item('tag', 'one', 'two'), '.TP\ntag\none\n.IP\ntwo')
})

test('headings, lists and tables of Markdown are written in roff', t => {
  const text = '# Title\n\n<!-- no -->\n\n## Part one\n\ntext\n\n- a\n  b\n- c\n\n| x | y |\n|---|---|\n| `k` | v |'
  t.deepEqual(renderMarkdown(text), [
    '.SH "PART ONE"',
    '.PP\ntext',
    '.IP \\(bu 2\na b',
    '.IP \\(bu 2\nc',
    '.TP\n\\fBk\\fR\ny: v.',
  ])
})

test('the date of a page is SOURCE_DATE_EPOCH, or else that of the newest release, never that of the build', t => {
  const changelog = '# Changelog\n\n## Unreleased\n\n## 1.2.0 - 2026-03-04\n\n## 1.1.0 - 2026-01-02\n'
  t.is(chooseDate('1000000000', changelog), '2001-09-09')
  t.is(chooseDate(undefined, changelog), '2026-03-04')
  t.is(chooseDate('', changelog), '2026-03-04')
  t.is(chooseDate(undefined, '# Changelog\n\n## Unreleased\n'), '')
})

test('the manual has each environment variable that the sources read', async t => {
  const [program] = await renderPages()
  const source = join(import.meta.dirname, '../../../src')
  const names = (await readdir(source, { recursive: true })).filter(name => name.endsWith('.ts'))
  const texts = await Promise.all(names.map(async name => await readFile(join(source, name), 'utf8')))
  const lines = texts.flatMap(text => text.split('\n')).filter(line => /\benvironment\b|\benv\b/u.test(line))
  const constants = new Set(texts.flatMap(text => [...text.matchAll(/\bconst ([A-Z_]+)\b/gu)].map(([, name]) => name)))
  const found = new Set(
    lines.flatMap(line => line.match(/\b[A-Z]{2,}_[A-Z_]+\b/gu) ?? []).filter(name => !constants.has(name)),
  )
  t.true(found.has('NO_COLOR'))
  t.deepEqual(
    [...found].filter(name => program?.text.includes(name) !== true),
    [],
  )
})
