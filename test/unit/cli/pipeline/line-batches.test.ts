import test from 'ava'
import fc from 'fast-check'
import { readLineBatches } from '../../../../src/cli/pipeline/line-batches.ts'

async function read(chunks: readonly Buffer[], maxBytes: number) {
  const lines: string[] = []
  let tooLong = 0
  for await (const batch of readLineBatches(toStream(chunks), maxBytes)) {
    lines.push(...batch.lines)
    tooLong += batch.tooLong
  }
  return { lines, tooLong }
}

// oxlint-disable-next-line require-await
async function* toStream(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks
}

test('lines are the same, however they are cut', async t => {
  const texts = fc.array(fc.constantFrom('a', 'ä', '😀', '\n', '\r\n', 'bc'), { maxLength: 20 })
  const property = fc.asyncProperty(texts, fc.integer({ min: 1, max: 5 }), async (parts, size) => {
    const bytes = Buffer.from(parts.join(''))
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    )
    const expected = parts.join('').split(/\r?\n/u)
    t.deepEqual(
      (await read(chunks, 100)).lines.filter(line => line !== ''),
      expected.filter(line => line !== ''),
    )
  })
  await fc.assert(property)
})

test('a line that is longer than the limit is left out and counted', async t => {
  const chunks = ['ab\nabc', 'def', 'ghi', '\nx\n', 'abcdefgh'].map(text => Buffer.from(text))
  t.deepEqual(await read(chunks, 4), { lines: ['ab', 'x'], tooLong: 2 })
})
