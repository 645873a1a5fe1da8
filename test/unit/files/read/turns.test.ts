import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { writeFileSync } from 'node:fs'
import { appendFile, open, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FilesSource } from '../../../../src/files/contract.ts'
import { Progress } from '../../../../src/files/progress.ts'
import { countBytesRead, fail } from '../../../helpers/files/file-hooks.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, takeReady, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const KIB = 1024

/** Of all files that the choice of the next one passes over or takes, this is asked. */
const owed = Object.getOwnPropertyDescriptor(Progress.prototype, 'owed')!
let asked = 0
Object.defineProperty(Progress.prototype, 'owed', {
  get(this: Progress): number {
    asked++
    return owed.get!.call(this) as number
  },
})

/** How many files each of the next 20 turns asks. Each line is a turn. */
async function countSteps(t: ExecutionContext, source: FilesSource): Promise<number[]> {
  const steps: number[] = []
  while (steps.length < 20) {
    asked = 0
    const batch = await source.next(new AbortController().signal)
    t.is(batch?.lineCount, 1)
    steps.push(asked)
  }
  return steps
}

const oneLineATurn = { limits: { chunkBytes: 20, batchBytes: 20 } }

function writeFiles(directory: string, count: number, text: string): string[] {
  const paths = Array.from({ length: count }, (_, i) => join(directory, `${i}.log`))
  for (const path of paths) writeFileSync(path, text)
  return paths
}

test.serial('the choice of the next file asks as many files of 10,000 that have lines as of 10', async t => {
  const stepsOf = async (count: number) => {
    const dir = await makeTempDir(t)
    writeFiles(dir, count, `${'x'.repeat(15)}\n`.repeat(3))
    const { source } = follow(t, dir, oneLineATurn)
    await source.poll()
    return countSteps(t, source)
  }
  const few = await stepsOf(10)
  t.true(Math.max(...few) <= 4, few.join(' '))
  t.deepEqual(await stepsOf(10_000), few)
})

test.serial('the choice of the next file passes once over files that wait for their resend', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const [path = ''] = writeFiles(dir, 250, 'one\n')
  const first = follow(t, dir, { state })
  t.is((await first.look())[0]!.runs.length, 250)
  await first.source.close()
  for (let i = 0; i < 3; i++) await writeFile(join(dir, `new ${i}.log`), `${'x'.repeat(15)}\n`.repeat(20))
  fail(t, ['open', path], 'EACCES')
  const { source } = follow(t, dir, { state, ...oneLineATurn })
  await source.poll()
  const [, ...steps] = await countSteps(t, source)
  t.true(Math.max(...steps) <= 4, steps.join(' '))
})

test('a long line that grows is not read again from its start', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const countRead = countBytesRead(t, path)
  await writeFile(path, '')
  const { source, readTexts } = follow(t, dir)
  for (let i = 0; i < 400; i++) {
    await appendFile(path, 'x'.repeat(KIB))
    t.deepEqual(await readTexts(), [])
  }
  t.true(countRead() < 3 * 1024 * KIB, `${countRead()} bytes`)
  await appendFile(path, '\nnext\n')
  t.deepEqual(await readTexts(), ['x'.repeat(400 * KIB), 'next'])
  addsUp(t, source.status())
})

test('the end of a long line is found if it is written over bytes that were read', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  await writeFile(path, 'x'.repeat(40 * KIB))
  const { readTexts } = follow(t, dir)
  await readTexts()
  await appendFile(path, 'x'.repeat(KIB))
  await readTexts()
  const handle = await open(path, 'r+')
  await handle.write('\n', 41 * KIB - 100)
  await handle.write('more', 41 * KIB)
  await handle.close()
  t.deepEqual(await readTexts(), ['x'.repeat(41 * KIB - 100)])
})

test('NULs behind a long line that has no end yet are not behind, and a shorter copy of such a line is read', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const start = toText(history)
  await writeFile(path, start + 'x'.repeat(40 * KIB))
  const { source, readTexts, logLines } = follow(t, dir)
  await readTexts()
  await truncate(path, 100 * KIB)
  await readTexts()
  t.is(source.status().files[0]?.behind, 40 * KIB)
  await writeFile(`${path}.1`, start + 'x'.repeat(20 * KIB))
  await truncate(path)
  await readTexts()
  await appendFile(`${path}.1`, 'end\n')
  t.deepEqual(await readTexts(), [`${'x'.repeat(20 * KIB)}end`])
  t.false(logLines.some(({ message }) => message.startsWith('cannot read')))
  addsUp(t, source.status())
})

test('a line that is written into reserved room is found', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  await writeFile(path, '')
  await truncate(path, 100 * KIB)
  const { readTexts } = follow(t, dir)
  await readTexts()
  const handle = await open(path, 'r+')
  await handle.write('one\n', 0)
  await handle.close()
  t.deepEqual(await readTexts(), ['one'])
})

test('lines arrive whole, whatever they grow by and wherever they end', async t => {
  const step = fc.oneof(
    fc.constant('\n'),
    fc.nat(30 * KIB).map(length => 'x'.repeat(length)),
  )
  const run = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async steps => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    await writeFile(path, '')
    const { source, readTexts } = follow(t, dir, {
      groups: [{ maxLineBytes: 50 * KIB }],
      limits: { chunkBytes: 20 * KIB, batchBytes: 64 * KIB },
    })
    const texts: string[] = []
    for (const one of steps) {
      await appendFile(path, one)
      texts.push(...(await readTexts()))
    }
    await appendFile(path, '\n')
    texts.push(...(await readTexts()))
    t.is(texts.join(''), steps.join('').replaceAll('\n', ''))
    addsUp(t, source.status())
  })
  await fc.assert(run, { numRuns: 40 })
})

test('a look does not wait until all files that have no whole line are read', async t => {
  const dir = await makeTempDir(t)
  const paths = Array.from({ length: 1500 }, (_, i) => join(dir, `${i}.log`))
  await Promise.all(paths.map(path => writeFile(path, 'no end')))
  const counts = paths.map(path => countBytesRead(t, path))
  const read = () => counts.filter(count => count() > 0).length
  const { source } = follow(t, dir)
  await source.poll()
  const all = takeReady(source)
  await source.poll()
  t.true(read() < 600, `${read()} files were read first`)
  t.deepEqual(await all, [])
  t.is(read(), paths.length)
})

test('a line that is written while earlier ones wait for a batch is read', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  await writeFile(path, toText(['one', 'two']))
  const { source, readTexts } = follow(t, dir, { limits: { batchLines: 1 } })
  await source.poll()
  await source.next(new AbortController().signal)
  await appendFile(path, 'three\n')
  t.deepEqual(await readTexts(), ['two', 'three'])
  addsUp(t, source.status())
})

test('a batch of short lines from many files holds little more than their bytes', async t => {
  const dir = await makeTempDir(t)
  for (let i = 0; i < 300; i++) await writeFile(join(dir, `${i}.log`), `one line of file ${i}\n`)
  const { look } = follow(t, dir)
  const batches = await look()
  const bytes = batches.reduce((sum, { byteCount }) => sum + byteCount, 0)
  const buffers = new Set(batches.flatMap(({ runs }) => runs.map(run => run.bytes.buffer)))
  const held = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0)
  t.true(bytes > 300 * 17 && held <= 2 * bytes, `${held} bytes are held for ${bytes}`)
})
