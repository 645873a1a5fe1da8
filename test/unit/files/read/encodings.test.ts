import test from 'ava'
import fc from 'fast-check'
import { appendFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LINE_CONTINUED, LINE_CUT, LINE_UNTERMINATED, type Utf16Order } from '../../../../src/flow/line-batch.ts'
import { findLineCutter } from '../../../../src/files/text/line-cutter.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toLines, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

function encode(text: string, order: Utf16Order): Buffer {
  const bytes = Buffer.from(text, 'utf16le')
  return order === 'le' ? bytes : bytes.swap16()
}

const withMark = (text: string, order: Utf16Order) => encode(`\ufeff${text}`, order)
const offsetOf = ({ id }: { readonly id: string }) => Number(id.slice(17))

test('a byte order mark of UTF-8 is not part of the first line, and is counted', async t => {
  const dir = await makeTempDir(t)
  const { readLines, source } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), '\ufeff{"a":1}\r\n\ufeffb\n')
  const lines = await readLines()
  t.deepEqual(
    lines.map(line => [offsetOf(line), line.text, line.flags]),
    [
      [3, '{"a":1}', 0],
      [12, '\ufeffb', 0],
    ],
  )
  t.is(source.status().bytes.outsideLines, 3)
  addsUp(t, source.status())
})

test('a deleted file that has nothing but a byte order mark has no line', async t => {
  const dir = await makeTempDir(t)
  const { readLines, source, pass } = follow(t, dir)
  for (const [name, mark] of [
    ['a.log', 'efbbbf'],
    ['b.log', 'fffe'],
  ] as const)
    await writeFile(join(dir, name), mark, 'hex')
  await readLines()
  await rm(join(dir, 'a.log'))
  await rm(join(dir, 'b.log'))
  await readLines()
  pass(6000)
  t.deepEqual(await readLines(), [])
  t.is(source.status().openFiles, 0)
  t.is(source.status().bytes.outsideLines, 5)
  addsUp(t, source.status())
})

const TEXTS = ['master \u4e0a\u0a0a\u010a', '', '\ud83d\ude00 é', 'c']

for (const order of ['le', 'be'] as const) {
  test(`lines of UTF-16 (${order}) with a mark are decoded, and their offsets are positions in the file`, async t => {
    const dir = await makeTempDir(t)
    const { readLines, source } = follow(t, dir)
    await writeFile(join(dir, 'a.log'), withMark(TEXTS.map(text => `${text}\r\n`).join('') + 'half', order))
    const lines = await readLines()
    t.deepEqual(
      lines.map(({ text, flags }) => [text, flags]),
      TEXTS.map(text => [text, 0]),
    )
    t.deepEqual(lines.map(offsetOf), [2, 26, 30, 42])
    t.is(source.status().bytes.unread, 8)
    addsUp(t, source.status())
  })

  test(`UTF-16 (${order}) that comes byte by byte is decoded line by line`, async t => {
    const dir = await makeTempDir(t)
    const { readLines } = follow(t, dir)
    const path = join(dir, 'a.log')
    await writeFile(path, '')
    const lines = []
    for (const byte of withMark('a\u0a0a\n\u0a00\r\n', order)) {
      await appendFile(path, Buffer.of(byte))
      lines.push(...(await readLines()))
    }
    t.deepEqual(
      lines.map(({ text, flags }) => [text, flags]),
      [
        ['a\u0a0a', 0],
        ['\u0a00', 0],
      ],
    )
  })

  test(`after a kill, lines of UTF-16 (${order}) come with the same ids, texts and flags`, async t => {
    const dir = await makeTempDir(t)
    const state = new MemoryState()
    const options = { limits: { batchLines: 1 }, groups: [{ maxLineBytes: 17 }] }
    const first = follow(t, dir, { state, ...options })
    await writeFile(join(dir, 'a.log'), withMark(`one\n${'x'.repeat(15)}\ud83d\ude00\nthree\n`, order))
    const before = (await first.look()).flatMap(toLines)
    await first.source.close()
    await appendFile(join(dir, 'a.log'), encode('four\n', order))
    const next = follow(t, dir, { state: state.afterKill(), ...options })
    const after = await next.readLines()
    t.deepEqual(after.slice(0, -1), before)
    t.is(after.at(-1)?.text, 'four')
    t.deepEqual(
      before.map(({ text, flags }) => [text, flags]),
      [
        ['one', 0],
        ['x'.repeat(8), LINE_CUT],
        ['x'.repeat(7), LINE_CUT | LINE_CONTINUED],
        ['\ud83d\ude00', LINE_CONTINUED],
        ['three', 0],
      ],
    )
    addsUp(t, next.source.status())
  })

  test(`after a restart, UTF-16 (${order}) whose lines were acked continues`, async t => {
    const dir = await makeTempDir(t)
    const state = new MemoryState()
    const first = follow(t, dir, { state })
    await writeFile(join(dir, 'a.log'), withMark(toText(history), order))
    t.deepEqual(await first.readTexts(), history)
    await first.source.close()
    await appendFile(join(dir, 'a.log'), encode('next\n', order))
    const next = follow(t, dir, { state: state.copy() })
    const [line] = await next.readLines()
    t.deepEqual([line?.text, line?.flags], ['next', 0])
  })

  test(`a file of UTF-16 (${order}) that is followed from its end continues with whole units`, async t => {
    const dir = await makeTempDir(t)
    await writeFile(join(dir, 'a.log'), withMark('one\n', order))
    const { readTexts } = follow(t, dir, { groups: [{ startPosition: 'end' }] })
    t.deepEqual(await readTexts(), [])
    await appendFile(join(dir, 'a.log'), encode('two\n', order))
    t.deepEqual(await readTexts(), ['two'])
  })

  test(`a deleted file of UTF-16 (${order}) ends with its last unit`, async t => {
    const dir = await makeTempDir(t)
    const { readLines, pass } = follow(t, dir)
    const path = join(dir, 'a.log')
    await writeFile(path, withMark('one\nhal\u0100', order))
    await readLines()
    await rm(path)
    await readLines()
    pass(6000)
    const lines = [...(await readLines()), ...(await readLines())]
    t.deepEqual(
      lines.map(({ text, flags }) => [text, flags]),
      [['hal\u0100', LINE_UNTERMINATED]],
    )
  })

  test(`no piece of UTF-16 (${order}) is too long, ends within a character, or is lost`, t => {
    const anyText = fc.array(fc.constantFrom('a', '\n', '\r', '\r\n', '\u0a0a', '\u010a', '\ud83d\ude00', 'xxxxxxx'))
    fc.assert(
      fc.property(anyText, fc.integer({ min: 16, max: 33 }), (parts, maxLineBytes) => {
        const bytes = encode(parts.join(''), order)
        const cutting = { maxLineBytes, startsInsideLine: false, tail: 'unterminated', maxLines: 1000 } as const
        const { ends } = findLineCutter({ encoding: `utf-16${order}`, delimiter: '\n' }).cut(bytes, cutting)
        const pieces = [...ends].map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end))
        const texts = pieces.map(piece => (order === 'le' ? piece : Buffer.from(piece).swap16()).toString('utf16le'))
        t.is(texts.join(''), parts.join(''))
        for (const text of texts) {
          t.true(text.isWellFormed())
          t.true(text.replace(/\r?\n$/, '').length * 2 <= maxLineBytes)
          t.false(text.slice(0, -1).includes('\n'))
        }
      }),
    )
  })
}

test('UTF-16 that an earlier version cut at its bytes continues as bytes', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const path = join(dir, 'a.log')
  await writeFile(path, withMark('one\n', 'le').subarray(0, -1))
  const first = follow(t, dir, { state })
  await first.readLines()
  await first.source.close()
  const [key] = state.files.keys()
  const bytes = withMark('one\n', 'le').subarray(0, -1)
  const { makeMark } = await import('../../../../src/files/look/identity.ts')
  const mark = makeMark(bytes.length, bytes)
  const record = state.files.get(key!)!
  state.files.set(key!, {
    ...record,
    offset: bytes.length,
    marks: [mark],
    identity: { ...record.identity, head: mark },
  })
  await appendFile(path, Buffer.concat([Buffer.of(0), encode('two\n', 'le')]))
  const next = follow(t, dir, { state: state.copy() })
  const [line] = await next.readLines()
  t.is(line?.text, '\0t\0w\0o\0')
})

test('UTF-16 that is written over NULs is decoded', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir)
  const path = join(dir, 'a.log')
  await writeFile(path, withMark('one\ntw', 'le'))
  await truncate(path, 500_000)
  t.deepEqual(await readTexts(), ['one'])
  await truncate(path, 14)
  await appendFile(path, encode('o\n', 'le'))
  t.deepEqual(await readTexts(), ['two'])
  t.is(source.status().bytes.lost.truncated, 0)
  addsUp(t, source.status())
})

test('half a unit of UTF-16 at the end of a deleted file, behind a line that is just as long as a line may be, is a line of its own', async t => {
  for (const order of ['le', 'be'] as const) {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const { readLines, source, pass } = follow(t, dir, { groups: [{ maxLineBytes: 10 }] })
    await writeFile(path, Buffer.concat([withMark('one\nabcde', order), Buffer.from('f')]))
    const lines = await readLines()
    await rm(path)
    await readLines()
    pass(6000)
    lines.push(...(await readLines()), ...(await readLines()))
    t.deepEqual(
      lines.map(({ text }) => text),
      ['one', 'abcde', '\ufffd'],
    )
    addsUp(t, source.status())
  }
})
