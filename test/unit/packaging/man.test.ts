import test from 'ava'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderMarkdown } from '../../../packaging/man/markdown.ts'
import { chooseDate, renderPages } from '../../../packaging/man/pages.ts'
import { escapeLiteral, escapeText, fold, formatInline, item, sentence } from '../../../packaging/man/roff.ts'

const becomes = test.macro<[string, string, (text: string) => string]>({
  exec: (t, written, roff, render) => t.is(render(written), roff),
  title: (name, written) => `${name ?? 'text'}: ${JSON.stringify(written)}`,
})

test(becomes, String.raw`a\nb`, String.raw`a\enb`, escapeText)
test(becomes, "it's", String.raw`it\(aqs`, escapeText)
test(becomes, '~/`x`^2', String.raw`\(ti/\(gax\(ga\(ha2`, escapeText)
test(becomes, '…File', String.raw`\[u2026]File`, escapeText)
test(becomes, '😀', String.raw`\[u1F600]`, escapeText)
test('an option', becomes, '--state-dir', String.raw`\-\-state\-dir`, escapeLiteral)
test('code', becomes, 'run `forwarder ca serve` now', String.raw`run \fBforwarder\~ca\~serve\fR now`, formatInline)
test('a placeholder', becomes, '`--name` *value*', String.raw`\fB\-\-name\fR \fIvalue\fR`, formatInline)
test('a star alone', becomes, 'a * b', 'a * b', formatInline)
test('a hyphen', becomes, 'confd-driven, with --follow', String.raw`confd-driven, with \-\-follow`, formatInline)
test('a link', becomes, 'see [trust.md](trust.md)', 'see trust.md', formatInline)
test('a dot first', becomes, '.logstash-forwarder', String.raw`\&.logstash-forwarder`, fold)
test('sentences', becomes, 'One. Two: three. `x`', 'One.\nTwo: three. `x`', fold)
test('a sentence', becomes, 'the least that is logged', 'The least that is logged.', sentence)
test('a name first', becomes, 'filebeat.yml', 'filebeat.yml.', sentence)

test('lines are not too long', t => {
  const lines = fold('word '.repeat(200)).split('\n')
  t.true(lines.length > 10 && lines.every(line => line.length <= 78))
})

test('an item may have several paragraphs', t => {
  t.is(item('tag', 'one', 'two'), '.TP\ntag\none\n.IP\ntwo')
})

test('headings, lists and tables of Markdown are taken over', t => {
  const text = '# Title\n\n<!-- no -->\n\n## Part one\n\ntext\n\n- a\n  b\n- c\n\n| x | y |\n|---|---|\n| `k` | v |'
  t.deepEqual(renderMarkdown(text), [
    '.SH "PART ONE"',
    '.PP\ntext',
    '.IP \\(bu 2\na b',
    '.IP \\(bu 2\nc',
    '.TP\n\\fBk\\fR\ny: v.',
  ])
})

test('the date is what SOURCE_DATE_EPOCH says, else that of the newest release, never that of the build', t => {
  const changelog = '# Changelog\n\n## Unreleased\n\n## 1.2.0 - 2026-03-04\n\n## 1.1.0 - 2026-01-02\n'
  t.is(chooseDate('1000000000', changelog), '2001-09-09')
  t.is(chooseDate(undefined, changelog), '2026-03-04')
  t.is(chooseDate('', changelog), '2026-03-04')
  t.is(chooseDate(undefined, '# Changelog\n\n## Unreleased\n'), '')
})

test('each variable of the environment that the sources look at is in the manual', async t => {
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
