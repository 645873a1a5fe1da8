import test from 'ava'
import { execFileSync } from 'node:child_process'
import { appendFile, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toLines, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const closing = '</log>\n'

/** Writes over the closing line, as writers of XML do. */
async function appendBeforeClosing(path: string, text: string): Promise<void> {
  const size = (await readFile(path)).length
  const file = await open(path, 'r+')
  await file.write(`${text}${closing}`, size - closing.length)
  await file.close()
}

test('a file whose closing line is written over at each append is continued from the last line that is unchanged', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readLines, source } = follow(t, dir)
  await writeFile(path, `${toText(history)}${closing}`)
  const ids = (await readLines()).map(({ id }) => id)
  for (const text of ['one', 'two', 'three']) {
    await appendBeforeClosing(path, `${text}\n`)
    const lines = await readLines()
    t.deepEqual(
      lines.map(line => line.text),
      [text, '</log>'],
    )
    ids.push(...lines.map(({ id }) => id))
    addsUp(t, source.status())
  }
  t.is(new Set(ids).size, ids.length)
  t.is(source.status().truncations, 0)
})

const changed: Readonly<Record<string, (text: string) => string>> = {
  'its first kilobyte changed': text => text.replace('line 3,', 'LINE 3,').replace(closing, `new\n${closing}`),
  'it ends with another line': text => text.replace(closing, 'new\nother\n'),
  'it did not grow': text => text.replace(closing, '</LOG>\n'),
  'more changed than its last bytes': text =>
    text.replace(/line 50,[^]*/, match => match.toUpperCase()).concat(`new\n${closing}`),
}

for (const [reason, change] of Object.entries(changed))
  test(`a file that was rewritten in place is sent whole if ${reason}`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const { readTexts, source } = follow(t, dir)
    const text = `${toText(history)}${closing}`
    await writeFile(path, text)
    await readTexts()
    await writeFile(path, change(text))
    t.deepEqual(toText(await readTexts()), change(text))
    addsUp(t, source.status())
  })

const longLine = 'long'.repeat(100)
const regrown: Readonly<Record<string, { readonly before: readonly string[]; readonly after: readonly string[] }>> = {
  'the line that it ends with is longer than the bytes that are compared': {
    before: [...history, longLine],
    after: [...history, 'a', longLine],
  },
  'its last lines are as before, and one before them is another': {
    before: [...history, 'a', ...history.slice(0, 20), 'same'],
    after: [...history, 'b', ...history.slice(0, 20), 'more', 'same'],
  },
}

for (const [reason, { before, after }] of Object.entries(regrown))
  test(`a log that was truncated, and is longer again at the next look, is sent whole if ${reason}`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const { readTexts, source } = follow(t, dir)
    await writeFile(path, toText(before))
    await readTexts()
    await writeFile(path, toText(after))
    t.deepEqual(await readTexts(), after)
    t.is(source.status().truncations, 1)
    addsUp(t, source.status())
  })

const equalLine = `${'127 bytes '.repeat(12)}1234567`
const repeating: Readonly<Record<string, readonly string[]>> = {
  'one line is repeated before that': Array.from({ length: 200 }, () => 'the same line'),
  'two equal lines of 128 bytes are before that': [...history, equalLine, equalLine],
}

for (const [reason, lines] of Object.entries(repeating))
  test(`a file is sent whole when its closing line is written over if ${reason}`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const { readTexts } = follow(t, dir)
    await writeFile(path, `${toText(lines)}${closing}`)
    await readTexts()
    await appendBeforeClosing(path, 'new\n')
    t.deepEqual(await readTexts(), [...lines, 'new', '</log>'])
  })

test('a file that sed -i rewrites is continued behind its acked lines, under other ids', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readLines, source } = follow(t, dir, { groups: [{ paths: [path] }] })
  await writeFile(path, toText(history))
  const ids = (await readLines()).map(({ id }) => id)
  for (const text of ['one', 'two', 'three']) {
    execFileSync('sed', ['-i', `$ a ${text}`, path])
    const lines = [...(await readLines()), ...(await readLines())]
    t.deepEqual(
      lines.map(line => line.text),
      [text],
    )
    ids.push(...lines.map(({ id }) => id))
    addsUp(t, source.status())
  }
  t.is(new Set(ids.map(id => id.split('-').slice(0, -1).join('-'))).size, 4)
})

test('lines that were not read yet when a file was replaced come once', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, source } = follow(t, dir, { groups: [{ paths: [path] }] })
  await writeFile(path, toText(history))
  await readTexts()
  await appendFile(path, 'unread\n')
  await source.poll()
  await writeFile(`${path}.new`, `${toText(history)}unread\nnew\n`)
  await rename(`${path}.new`, path)
  t.deepEqual([...(await readTexts()), ...(await readTexts())], ['unread', 'new'])
  addsUp(t, source.status())
})

test('lines that were sent without an ack are sent again when their file is replaced or its closing line is written over', async t => {
  const dir = await makeTempDir(t)
  const [sent, acked] = [toText(['sent']), toText(history)]
  for (const name of ['replaced', 'written over']) {
    const path = join(dir, name)
    const { look, ackAll } = follow(t, dir, { groups: [{ paths: [path] }] })
    await writeFile(path, acked)
    await look()
    ackAll()
    await appendFile(path, `${sent}${closing}`)
    await look()
    if (name === 'replaced') execFileSync('sed', ['-i', '$ a new', path])
    else await appendBeforeClosing(path, 'new\n')
    const later = [...(await look()), ...(await look())].flatMap(toLines).map(({ text }) => text)
    t.deepEqual(later, name === 'replaced' ? ['sent', '</log>', 'new'] : ['sent', 'new', '</log>'])
  }
})

test('a writer that continues in a file which was replaced loses no line', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, source } = follow(t, dir, { groups: [{ paths: [path] }] })
  await writeFile(path, toText(history))
  const writer = await open(path, 'a')
  await readTexts()
  await writer.write('unread\n')
  await source.poll()
  execFileSync('sed', ['-i', '$ a new', path])
  const early = await readTexts()
  await writer.write('late\n')
  await writer.close()
  t.deepEqual([...early, ...(await readTexts())].toSorted(), ['late', 'new', 'unread'])
  addsUp(t, source.status())
})

test('a file that is replaced by one with other bytes, or with few, is sent whole', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts } = follow(t, dir, { groups: [{ paths: [path] }] })
  const replace = async (text: string) => {
    await writeFile(`${path}.new`, text)
    await rename(`${path}.new`, path)
  }
  await writeFile(path, 'few\n')
  await readTexts()
  await replace('few\nmore\n')
  t.deepEqual(await readTexts(), ['few', 'more'])
  await replace(toText(history))
  t.deepEqual(await readTexts(), history)
  await replace(toText(['another', ...history]))
  t.deepEqual(await readTexts(), ['another', ...history])
})

test('a file that was renamed is not replaced: the one that has its name now is sent whole, whatever it contains', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, pass } = follow(t, dir, { groups: [{ paths: [path] }] })
  const isSentWhole = async () => {
    await writeFile(path, toText(history))
    const early = await readTexts()
    pass(5000) // it might be the copy of a file that is truncated next
    t.deepEqual([...early, ...(await readTexts())], history)
  }
  await isSentWhole()
  await rename(path, `${path}.old`)
  await isSentWhole()
  await rm(path)
  await readTexts()
  await isSentWhole()
})

const orders = {
  le: (text: string) => Buffer.from(text, 'utf16le'),
  be: (text: string) => Buffer.from(text, 'utf16le').swap16(),
}

for (const [order, encode] of Object.entries(orders)) {
  test(`UTF-16 (${order}) whose closing line is written over is continued from the last line that is unchanged`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const { readLines, source } = follow(t, dir)
    await writeFile(path, encode(`\ufeff${toText(history)}${closing}`))
    await readLines()
    for (const text of ['one', 'two', 'thr\u010aee\u0a00']) {
      const { size } = await stat(path)
      const file = await open(path, 'r+')
      await file.write(encode(`${text}\n${closing}`), 0, null, size - 2 * closing.length)
      await file.close()
      const lines = await readLines()
      t.deepEqual(
        lines.map(line => [line.text, line.flags]),
        [
          [text, 0],
          ['</log>', 0],
        ],
      )
      addsUp(t, source.status())
    }
    t.is(source.status().truncations, 0)
  })

  test(`a file of UTF-16 (${order}) that is replaced before this run has read it is cut between its lines`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const state = new MemoryState()
    const options = { state, groups: [{ paths: [path] }] }
    await writeFile(path, encode(`\ufeff${toText(history)}`))
    const first = follow(t, dir, options)
    await first.readTexts()
    await first.source.close()
    const second = follow(t, dir, options)
    await appendFile(path, encode('one\ntwo\n'))
    await second.source.poll()
    await writeFile(`${path}.new`, encode(`\ufeff${toText([...history, 'one'])}`))
    await rename(`${path}.new`, path)
    t.deepEqual((await second.readTexts()).toSorted(), ['one', 'two'])
    addsUp(t, second.source.status())
  })

  test(`a writer that continues in a file of UTF-16 (${order}) which was replaced loses no line`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const { readTexts, source } = follow(t, dir, { groups: [{ paths: [path] }] })
    await writeFile(path, encode(`\ufeff${toText(history)}`))
    const writer = await open(path, 'a')
    await readTexts()
    await writer.write(encode('unread\n\u0a0ahalf'))
    await source.poll()
    await writeFile(`${path}.new`, Buffer.concat([await readFile(path), encode('new\n')]))
    await rename(`${path}.new`, path)
    const early = await readTexts()
    await writer.write(encode('late\n'))
    await writer.close()
    t.deepEqual([...early, ...(await readTexts())].toSorted(), ['unread', '\u0a0ahalflate', '\u0a0ahalfnew'])
    addsUp(t, source.status())
  })
}

for (const [name, start] of Object.entries({
  'a byte order mark': Buffer.from('\ufeff'),
  'a hole': Buffer.alloc(5000),
})) {
  for (const change of ['replaced', 'written over']) {
    test(`the first line behind ${name} is whole if the file is ${change} before any line is acked`, async t => {
      const dir = await makeTempDir(t)
      const path = join(dir, 'a.log')
      const { look, source } = follow(t, dir, { groups: [{ paths: [path] }] })
      await writeFile(path, Buffer.concat([start, Buffer.from(`${toText(history)}${closing}`)]))
      await look()
      if (change === 'replaced') execFileSync('sed', ['-i', '$ a new', path])
      else await appendBeforeClosing(path, 'new\n')
      const [first] = [...(await look()), ...(await look())].flatMap(toLines)
      t.deepEqual([first?.text, first?.flags], [history[0], 0])
      addsUp(t, source.status())
    })
  }
}
