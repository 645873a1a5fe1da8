import { appendFile, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { addsUpIn, addsUpMeanwhile } from '../../helpers/files/byte-account.ts'
import { type Shipping, type StoredLine, startShipping } from '../../helpers/process/shipping.ts'

interface Freight {
  readonly files: Readonly<Record<string, Buffer>>
  /** Of their lines. */
  readonly count: number
}

/** Sends what these files contain, and gives what is stored of each. */
async function ship(t: ExecutionContext, shipping: Shipping, { files, count }: Freight) {
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(shipping.logs, name), bytes)
  await shipping.waitForCount(count)
  await addsUpIn(t, shipping.agent)
  const lines = await shipping.readStored()
  return (name: string): readonly StoredLine[] => lines.filter(({ path }) => path === join(shipping.logs, name))
}

const textsOf = (lines: readonly StoredLine[]) => lines.map(({ message }) => message)

function toUtf16(text: string, order: 'le' | 'be'): Buffer {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le')
  return order === 'le' ? bytes : bytes.swap16()
}

// U+4E0A is 0A 4E or 4E 0A, U+0A0D has both line ends in one letter.
const WIDE = [
  'Server is listening on master',
  '\u4E0A\u6D77 \u0A0D\u0D0A',
  'clef \u{1D11E}, flag \u{1F1E9}\u{1F1EA}',
  '',
]

test('lines of UTF-16 with a mark arrive decoded, although their letters contain the bytes of line ends', async t => {
  const shipping = await startShipping(t)
  await shipping.startAgent()
  const rows = (['le', 'be'] as const).flatMap(order =>
    ['\n', '\r\n'].map((end, i) => ({ order, end, name: `${order}-${i}.log` })),
  )
  const files = rows.map(({ order, end, name }) => [name, toUtf16(WIDE.join(end) + end, order)] as const)
  const linesOf = await ship(t, shipping, { files: Object.fromEntries(files), count: rows.length * WIDE.length })
  for (const { name, order, end } of rows) {
    const lines = linesOf(name)
    t.deepEqual(textsOf(lines), WIDE, name)
    t.deepEqual(
      lines.flatMap(({ flags }) => flags),
      [],
      name,
    )
    const [, second = ''] = WIDE
    t.is(lines[2]!.offset - lines[1]!.offset, Buffer.from(second + end, 'utf16le').length, name)
    const more = toUtf16(`${name} continues${end}`, order).subarray(2)
    // Its writer stops within a unit.
    await appendFile(join(shipping.logs, name), more.subarray(0, 7))
    await appendFile(join(shipping.logs, name), more.subarray(7))
  }
  await shipping.waitForCount(rows.length * (WIDE.length + 1))
  const query = { text: 'master', fields: [], limit: 0 }
  t.is((await Array.fromAsync(searchEmbedded(shipping.pair.storePath, query))).length, rows.length)
  const messages = await shipping.readMessages()
  t.true(rows.every(({ name }) => messages.includes(`${name} continues`)))
  const [config = ''] = (await shipping.readLog()).filter(({ level }) => level === 'warn').map(({ message }) => message)
  t.is(config, '', 'there is nothing to warn of')
})

test('a byte order mark of UTF-8 is not part of the first line, whose JSON can be parsed, over a restart and a rotation', async t => {
  const shipping = await startShipping(t)
  await shipping.startAgent()
  const files = {
    'json.log': Buffer.from('\uFEFF{"level":"info"}\r\n{"level":"warn"}\r\n'),
    'text.log': Buffer.from('\uFEFFAlpha begins here\n\uFEFFwithin the file it is text\n'),
    'empty.log': Buffer.from('\uFEFF\nsecond\n'),
  }
  const linesOf = await ship(t, shipping, { files, count: 6 })
  t.deepEqual(
    textsOf(linesOf('json.log')).map(text => JSON.parse(text) as unknown),
    [{ level: 'info' }, { level: 'warn' }],
  )
  t.deepEqual(textsOf(linesOf('text.log')), ['Alpha begins here', '\uFEFFwithin the file it is text'])
  t.deepEqual(textsOf(linesOf('empty.log')), ['', 'second'])
  t.is(await shipping.agent.stop(), 0)
  await appendFile(join(shipping.logs, 'json.log'), '{"level":"error"}\r\n')
  await writeFile(join(shipping.logs, 'new.log'), '\uFEFF{"level":"debug"}\n')
  await shipping.startAgent()
  await shipping.waitForCount(8)
  t.is((await addsUpIn(t, shipping.agent)).outsideLines, 3)
  const levels = (await shipping.readMessages()).filter(text => text.startsWith('{'))
  t.deepEqual(levels.map(text => (JSON.parse(text) as { level: string }).level).toSorted(), [
    'debug',
    'error',
    'info',
    'warn',
  ])
})

/** Latin-1, CP1252, GBK, Shift-JIS, cut and overlong sequences, surrogates, beyond U+10FFFF; then what is odd and right. */
const ZOO: readonly (readonly number[] | string)[] = [
  [0x63, 0x61, 0x66, 0xe9],
  [0x80, 0x93, 0x94, 0x99],
  [0xc4, 0xe3, 0xba, 0xc3],
  [0x83, 0x65, 0x83, 0x58, 0x83, 0x67],
  [0x61, 0xe2, 0x82],
  [0xf0, 0x9f, 0x98],
  [0xc0, 0x80],
  [0xe0, 0x80, 0xaf],
  [0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf8, 0x88, 0x80, 0x80, 0x80],
  [0xfe, 0xff],
  'NUL \0 within',
  'noncharacters \uFFFE \uFFFF \u{1FFFF}',
  'NEL \u0085, LS \u2028, PS \u2029',
  '\u001B[31mred\u001B[0m \u001B]0;title\u0007',
  'family \u{1F468}\u200D\u{1F469}\u200D\u{1F467}, e\u0301',
  'right to left \u202Egnp.exe',
  'progress\rprogress\rdone',
  '   ',
  '\t',
  '\u007F\u0001\u001F',
  '\uFFFD itself',
]

test('lines of any bytes arrive as the decoder of WHATWG reads them, and just those that are not UTF-8 are flagged', async t => {
  const shipping = await startShipping(t)
  await shipping.startAgent()
  const rows = ZOO.map(row => (typeof row === 'string' ? Buffer.from(row) : Buffer.from(row)))
  const text = Buffer.concat(rows.flatMap(row => [row, Buffer.from('\n')]))
  const noise = Buffer.concat([Buffer.from('x'), randomBytes(1_000_000), Buffer.from('\n')])
  const linesOfNoise = cutAtLineFeeds(noise)
  const files = { 'zoo.log': text, 'noise.log': noise }
  const linesOf = await ship(t, shipping, { files, count: rows.length + linesOfNoise.length })
  for (const [name, expected] of [
    ['zoo.log', rows],
    ['noise.log', linesOfNoise],
  ] as const) {
    const lines = linesOf(name)
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    t.deepEqual(
      textsOf(lines),
      expected.map(row => decoder.decode(row)),
      name,
    )
    const flagged = lines.map(({ flags }) => flags.includes('invalid_utf8'))
    t.deepEqual(
      flagged,
      expected.map(row => !isUtf8(row)),
      name,
    )
  }
  const metrics = await shipping.agent.readMetrics()
  t.is(metrics.get('forwarder_events_acked_total'), rows.length + linesOfNoise.length)
})

/** A CR before a line feed belongs to the end of the line. */
function cutAtLineFeeds(bytes: Buffer): readonly Buffer[] {
  const lines: Buffer[] = []
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf('\n', start)
    lines.push(bytes.subarray(start, bytes[end - 1] === 0x0d && end > start ? end - 1 : end))
    start = end + 1
  }
  return lines
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

const record = (i: number) => `{"version":"1.1","host":"web1","short_message":"record ${i}"}`

test('a file whose records end with CR or NUL alone causes one warning with the remedy, and others beside it are stored', async t => {
  const shipping = await startShipping(t)
  const records = Array.from({ length: 3000 }, (_, i) => record(i))
  await writeFile(join(shipping.logs, 'gelf.log'), records.join('\0') + '\0')
  await writeFile(join(shipping.logs, 'mac.log'), records.join('\r') + '\r')
  await writeFile(
    join(shipping.logs, 'bar.log'),
    `${Array.from({ length: 2000 }, (_, i) => `${i} %`).join('\r')}\nnext\n`,
  )
  await writeFile(join(shipping.logs, 'good.log'), 'good\n')
  await shipping.startAgent()
  await shipping.waitForCount(3)
  await appendFile(join(shipping.logs, 'gelf.log'), `${record(3000)}\0`)
  await appendFile(join(shipping.logs, 'good.log'), 'better\n')
  await shipping.waitForCount(4)
  const messages = await shipping.readMessages()
  t.deepEqual(messages.slice(1), ['next', 'good', 'better'])
  t.true(messages[0]?.endsWith('\r1999 %'))
  const warnings = (await shipping.readLog()).filter(line => line.level === 'warn' && 'path' in line)
  const paths = warnings.map(line => String(line['path'])).toSorted()
  t.deepEqual(
    paths,
    ['gelf.log', 'mac.log'].map(name => join(shipping.logs, name)),
  )
  await addsUpMeanwhile(t, shipping.agent)
})
