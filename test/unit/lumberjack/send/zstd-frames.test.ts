import test from 'ava'
import { randomBytes } from 'node:crypto'
import { constants, createZstdCompress, zstdDecompressSync } from 'node:zlib'
import { ZstdFrames } from '../../../../src/lumberjack/send/zstd-frames.ts'
import { inflateZstdFrame, measureZstdFrame } from '../../../../src/lumberjack/wire/zstd-frame.ts'
import { until } from '../../../helpers/time/until.ts'

/** The size that a zstd frame announces (RFC 8878, 3.1.1.1); undefined where it announces none. */
function announcedSize(frame: Buffer): number | undefined {
  const descriptor = frame[4]!
  const isSingle = (descriptor & 32) !== 0
  const at = isSingle ? 5 : 6
  const kind = descriptor >> 6
  if (kind === 0) return isSingle ? frame[at] : undefined
  return kind === 1 ? frame.readUInt16LE(at) + 256 : frame.readUInt32LE(at)
}

const contents = [1, 255, 256, 70_000, 1024 * 1024, 3_000_000].flatMap(size => [
  Buffer.alloc(size, 'ab'),
  randomBytes(size),
])

test('each frame announces the size of its content, and is whole by itself', async t => {
  const zstd = new ZstdFrames(1)
  for (const content of contents) {
    const frame = Buffer.concat(await zstd.compress(content))
    t.is(announcedSize(frame), content.length)
    t.true(zstdDecompressSync(frame).equals(content))
  }
})

test('nothing follows a frame that ends with the last byte of a buffer into which zstd writes', async t => {
  // Of random bytes zstd makes a frame with so many more.
  for (const size of [128 * 1024 - 12, 2 * 128 * 1024 - 15]) {
    const content = randomBytes(size)
    const frame = Buffer.concat(await new ZstdFrames(1).compress(content))
    t.is(frame.length % (128 * 1024), 0)
    t.true(inflateZstdFrame(frame, measureZstdFrame(frame, Infinity)).equals(content))
  }
})

test('bytes of a frame that are like another frame are a part of it', async t => {
  const zstd = new ZstdFrames(1)
  const like = Buffer.from('28b52ffd2000010000', 'hex')
  const content = Buffer.concat([randomBytes(128 * 1024 - 12), like])
  const frame = Buffer.concat(await zstd.compress(content))
  t.true(frame.subarray(-like.length).equals(like))
  t.true(zstdDecompressSync(frame).equals(content))
})

test('frames that are asked for at the same time do not mix', async t => {
  const zstd = new ZstdFrames(1)
  const frames = await Promise.all(contents.map(content => zstd.compress(content)))
  for (const [i, parts] of frames.entries()) t.true(zstdDecompressSync(Buffer.concat(parts)).equals(contents[i]!))
})

test('a level below 1 counts as 1', async t => {
  const [zero, one] = [new ZstdFrames(0), new ZstdFrames(1)]
  const content = Buffer.from('0123456789'.repeat(1000))
  t.deepEqual(Buffer.concat(await zero.compress(content)), Buffer.concat(await one.compress(content)))
})

test('the context is given back when nothing comes, and is made again', async t => {
  const zstd = new ZstdFrames(1, { idleMs: 1 })
  const before = Buffer.concat(await zstd.compress(contents[6]!))
  t.true(zstd.isOpen)
  await until(() => !zstd.isOpen, 'the context is given back')
  t.deepEqual(Buffer.concat(await zstd.compress(contents[6]!)), before)
})

test('a frame over which zstd fails rejects, and the next one is made in another context', async t => {
  const sizes = [5, 100_000]
  const open = () => createZstdCompress({ flush: constants.ZSTD_e_end, pledgedSrcSize: sizes.shift()! })
  const zstd = new ZstdFrames(1, { open })
  const content = randomBytes(100_000)
  const [failed, made] = await Promise.allSettled([zstd.compress(content), zstd.compress(content)])
  t.regex(String(failed.status === 'rejected' && failed.reason), /Src size is incorrect/)
  t.true(made.status === 'fulfilled' && zstdDecompressSync(Buffer.concat(made.value)).equals(content))
})
