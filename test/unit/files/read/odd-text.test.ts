import test from 'ava'
import { appendFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { follow, history, toText } from '../../../helpers/files/followed.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

interface Expected {
  readonly looksLike?: RegExp
  readonly separator?: string
}

const warns = test.macro(async (t, content: string | Buffer, { looksLike, separator }: Expected) => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, logLines, pass } = follow(t, dir)
  for (let round = 0; round < 3; round++) {
    await writeFile(path, content)
    await readTexts()
    await readTexts()
    await rename(path, join(dir, `a.log.${round}`))
    pass(1000)
  }
  const warnings = logLines.filter(({ level, fields }) => level === 'warn' && fields['path'] === path)
  const fields = warnings.map(line => line.fields)
  t.deepEqual(
    fields.map(({ looksLike: seen, separator: end }) => [looksLike?.test(String(seen)), end]),
    looksLike === undefined && separator === undefined ? [] : [[looksLike && true, separator]],
    JSON.stringify(warnings),
  )
  for (const { remedy } of fields) t.regex(String(remedy), /set "(?:encoding|delimiter)"/)
})

const text = toText(history)
const utf16 = Buffer.from(text, 'utf16le')
const utf32 = Buffer.concat(Array.from(text, character => Buffer.from(`${character}\0\0\0`)))

test('ordinary text gives no warning', warns, `é ${text}`, {})
test('a line with NULs and CRs gives no warning', warns, `one\0\0two\rthree\rfour\rfive\n${text}`, {})
test('UTF-16 with a mark gives no warning', warns, Buffer.from(`\ufeff${text}`, 'utf16le'), {})
test('text that is not UTF-8 gives one warning for its path', warns, Buffer.from(`caf\xe9\n${text}`, 'latin1'), {
  looksLike: /ISO 8859-1/,
})
test('UTF-16 without a mark gives one warning', warns, utf16, { looksLike: /^UTF-16 \(little/ })
test('UTF-16 without a mark, big end first, gives one warning', warns, Buffer.from(utf16).swap16(), {
  looksLike: /^UTF-16 \(big/,
})
test('UTF-32 gives one warning', warns, Buffer.concat([Buffer.from('fffe0000', 'hex'), utf32]), {
  looksLike: /^UTF-32 \(little/,
})
test(
  'UTF-32, big end first, gives one warning',
  warns,
  Buffer.concat([Buffer.from('0000feff', 'hex'), Buffer.from(utf32).swap32()]),
  { looksLike: /^UTF-32 \(big/ },
)
test('records that end with CR alone give one warning', warns, 'one\rtwo\rthree\r', { separator: 'CR' })
test('records that end with NUL alone give one warning', warns, '{"a":1}\0{"a":2}\0{"a":3}\0', { separator: 'NUL' })
test('long records that end with NUL give one warning', warns, `${'x'.repeat(1000)}\0`.repeat(3000), {
  separator: 'NUL',
})
test('half a line gives no warning', warns, 'one\rtwo', {})

test('a progress bar behind other lines gives no warning', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, logLines } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), 'start\n')
  await readTexts()
  await appendFile(join(dir, 'a.log'), '1 %\r2 %\r3 %\r4 %\r')
  await readTexts()
  t.deepEqual(
    logLines.filter(({ level }) => level === 'warn'),
    [],
  )
})
