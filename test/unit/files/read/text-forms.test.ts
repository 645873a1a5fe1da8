import test from 'ava'
import { appendFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LINE_CUT, LINE_INVALID, LINE_UNTERMINATED } from '../../../../src/flow/line-batch.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { charactersOf, delimiterOf, ENCODINGS } from '../../../helpers/files/encoded-text.ts'
import { follow, toLines } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const withText = (encoding: string, delimiter = '\n') => ({ records: { text: { encoding, delimiter } } })
const offsetOf = ({ id }: { readonly id: string }) => Number(id.slice(17))

/** Three lines with all characters that are tried, and the text that they are. */
function makeLines(encoding: string, delimiter: string): { readonly bytes: Buffer; readonly texts: readonly string[] } {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true })
  const all = charactersOf(encoding).filter(bytes => !delimiter.includes(decoder.decode(bytes)))
  const lines = [all.slice(0, 20), all.toReversed(), all.slice(3, 9)].map(parts => Buffer.concat(parts))
  const terminator = delimiterOf(encoding, delimiter)
  return {
    bytes: Buffer.concat(lines.flatMap(line => [line, terminator])),
    texts: lines.map(line => decoder.decode(line)),
  }
}

for (const encoding of ENCODINGS) {
  test(`lines of ${encoding} come as UTF-8, with the same ids and texts after a kill, whatever the settings are by then`, async t => {
    const dir = await makeTempDir(t)
    const state = new MemoryState()
    const { bytes, texts } = makeLines(encoding, '\n')
    await writeFile(join(dir, 'a.log'), bytes)
    const limits = { batchLines: 2 }
    const first = follow(t, dir, { state, limits, groups: [withText(encoding)] })
    const sent = (await first.look()).flatMap(toLines)
    t.deepEqual(
      sent.map(({ text, flags }) => [text, flags]),
      texts.map(text => [text, 0]),
    )
    await first.source.close()
    const next = follow(t, dir, { state: state.afterKill(), limits, groups: [withText('koi8-r', '|')] })
    t.deepEqual(await next.readLines(), sent)
    addsUp(t, next.source.status())
    t.is(next.source.status().bytes.acked, bytes.length)
  })
}

test('offsets are positions of the file, where its lines are longer as UTF-8', async t => {
  const dir = await makeTempDir(t)
  const { readLines } = follow(t, dir, { groups: [withText('windows-1252')] })
  await writeFile(join(dir, 'a.log'), Buffer.from('\x80\x80\nb\xe9\n\xe9\n', 'latin1'))
  const lines = await readLines()
  t.deepEqual(
    lines.map(line => [line.text, offsetOf(line)]),
    [
      ['€€', 0],
      ['bé', 3],
      ['é', 6],
    ],
  )
})

test('bytes that an encoding does not have become U+FFFD, and their line is flagged', async t => {
  const dir = await makeTempDir(t)
  const { readLines } = follow(t, dir, { groups: [withText('shift_jis')] })
  await writeFile(join(dir, 'a.log'), Buffer.from('\x83\x41\n\x83\nb\n', 'latin1'))
  t.deepEqual(
    (await readLines()).map(({ text, flags }) => [text, flags]),
    [
      ['ア', 0],
      ['\ufffd', LINE_INVALID],
      ['b', 0],
    ],
  )
})

test('a byte order mark decides the encoding, whatever the setting is', async t => {
  const dir = await makeTempDir(t)
  const { readLines } = follow(t, dir, { groups: [withText('windows-1252')] })
  await writeFile(join(dir, 'a.log'), '\ufeffé\n')
  await writeFile(join(dir, 'b.log'), Buffer.from('\ufeffé\n', 'utf16le'))
  t.deepEqual(
    (await readLines()).map(line => [line.text, offsetOf(line)]),
    [
      ['é', 3],
      ['é', 2],
    ],
  )
})

test('UTF-16 without a mark is read as its setting has it, also where it comes byte by byte', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, source } = follow(t, dir, { groups: [withText('utf-16le')] })
  await writeFile(path, '')
  const texts = []
  for (const byte of Buffer.from('a\u0a0a\r\n\u0100\n', 'utf16le')) {
    await appendFile(path, Buffer.of(byte))
    texts.push(...(await readTexts()))
  }
  t.deepEqual(texts, ['a\u0a0a', '\u0100'])
  addsUp(t, source.status())
})

for (const delimiter of ['\r', '\0', '\u001e', '\r\n\r\n', '---\n']) {
  test(`records that end with ${JSON.stringify(delimiter)} are events, and the last one of a file that was deleted needs no end`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const { readLines, pass, source } = follow(t, dir, { groups: [withText('utf-8', delimiter)] })
    const texts = ['one\ntwo', '', 'a\rb\r', 'c']
    const records = delimiter === '\r' ? texts.map(text => text.replaceAll('\r', '.')) : texts
    await writeFile(path, records.map(text => `${text}${delimiter}`).join(''))
    t.deepEqual(
      (await readLines()).map(({ text }) => text),
      records.map(text => text.replace(/\r$/, '\r')),
    )
    await appendFile(path, 'last')
    t.deepEqual(await readLines(), [])
    await rm(path)
    await readLines()
    pass(6000)
    t.deepEqual(
      (await readLines()).map(({ text, flags }) => [text, flags]),
      [['last', LINE_UNTERMINATED]],
    )
    addsUp(t, source.status())
  })
}

test('a NUL that ends a record is read at once, and NULs that a program reserved behind it wait', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, source } = follow(t, dir, { groups: [withText('utf-8', '\0')] })
  await writeFile(path, 'one\0')
  t.deepEqual(await readTexts(), ['one'])
  await appendFile(path, 'two\0\0\0\0')
  t.deepEqual(await readTexts(), ['two'])
  t.is(source.status().bytes.outsideLines, 3)
  addsUp(t, source.status())
})

test('a long record of another delimiter is cut as a long line is, after a kill as well', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const group = { ...withText('utf-8', '\0'), maxLineBytes: 64 }
  await writeFile(join(dir, 'a.log'), `${'é\n'.repeat(30)}\0b\0`)
  const first = follow(t, dir, { state, groups: [group] })
  const sent = (await first.look()).flatMap(toLines)
  t.is(sent.length, 3)
  t.is(sent[0]!.flags, LINE_CUT)
  await first.source.close()
  const next = follow(t, dir, { state: state.afterKill() })
  t.deepEqual(await next.readLines(), sent)
})

test('the records of a file that was renamed end with the same delimiter', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const group = { ...withText('utf-8', '\0'), paths: [join(dir, '*.log')] }
  const { readTexts, source } = follow(t, dir, { groups: [group] })
  await writeFile(path, 'one\0tw')
  t.deepEqual(await readTexts(), ['one'])
  await rename(path, `${path}.1`)
  await appendFile(`${path}.1`, 'o\0')
  await writeFile(path, 'three\0')
  t.deepEqual((await readTexts()).toSorted(), ['three', 'two'])
  addsUp(t, source.status())
})

test('a file of another encoding, for which there is a setting, is not warned of', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, logLines } = follow(t, dir, { groups: [withText('windows-1252')] })
  await writeFile(join(dir, 'a.log'), Buffer.from('caf\xe9\n', 'latin1'))
  t.deepEqual(await readTexts(), ['café'])
  t.deepEqual(
    logLines.filter(({ level }) => level === 'warn'),
    [],
  )
})
