import test from 'ava'
import { appendFile, copyFile, open, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toText } from '../../../helpers/files/followed.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

async function writeAt(path: string, start: number, text: string): Promise<void> {
  const file = await open(path, 'r+')
  await file.write(text, start)
  await file.close()
}

const isWrittenOver = test.macro<[{ readonly lines: readonly string[]; readonly nuls: number }]>(
  async (t, { lines, nuls }) => {
    const dir = await makeTempDir(t)
    const { readTexts, source } = follow(t, dir)
    const text = toText([...history, ...lines])
    await writeFile(join(dir, 'a.log'), text + '\0'.repeat(nuls))
    t.deepEqual(await readTexts(), [...history, ...lines])
    await copyFile(join(dir, 'a.log'), join(dir, 'b.log'))
    t.deepEqual(await readTexts(), [])
    await writeAt(join(dir, 'b.log'), toText(history).length, 'own\n')
    t.deepEqual(await readTexts(), [...history, 'own'])
    addsUp(t, source.status())
  },
)

test(
  'a file that is held back is read as soon as a line is written over another one of the same length',
  isWrittenOver,
  {
    lines: ['one'],
    nuls: 0,
  },
)

test('a file that is held back is read as soon as a line is written over its NULs', isWrittenOver, {
  lines: [],
  nuls: 4096,
})

test('a file that is held back is read as soon as a line is written over the first of very many NULs', isWrittenOver, {
  lines: [],
  nuls: 1024 * 1024,
})

test('a file that is written over in its middle, while it grows as a copy does, comes whole after the truncation', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir)
  const lines = Array.from({ length: 40_000 }, (_, i) => `line ${i}, value ${i * i}`)
  const text = toText(lines)
  const [first, middle] = [400_000, text.indexOf('line 1000,')]
  await writeFile(join(dir, 'a.log'), text)
  t.is((await readTexts()).length, lines.length)
  await writeFile(join(dir, 'b.log'), text.slice(0, first))
  t.deepEqual(await readTexts(), [])
  await writeAt(join(dir, 'b.log'), middle, 'Line')
  await appendFile(join(dir, 'b.log'), text.slice(first))
  t.deepEqual(await readTexts(), [])
  await truncate(join(dir, 'a.log'))
  t.deepEqual(await readTexts(), lines.toSpliced(1000, 1, `L${lines[1000]!.slice(1)}`))
  addsUp(t, source.status())
})
