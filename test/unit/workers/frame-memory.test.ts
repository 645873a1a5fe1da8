import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { deflateSync } from 'node:zlib'
import type { OpenedFrame } from '../../../src/workers/frame-reading.ts'
import { openSession } from '../../../src/workers/open-session.ts'
import { jsonFrame } from '../../helpers/lumberjack/frames.ts'
import { compressed, openedFrame, openWorkers, readAll } from '../../helpers/workers/frame-parts.ts'

const MiB = 1024 * 1024

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Buffers are freed some time after the collection that found them unused. */
async function collectAll(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    collectGarbage()
    await sleep(20)
  }
}

/** What is kept outside the heap by this thread, with what only the garbage collector would give back. */
function kept(): number {
  return process.memoryUsage().arrayBuffers
}

async function readFrame(request: OpenedFrame, onPart: () => void): Promise<void> {
  const session = openSession(request)
  for (let isLast = false; !isLast;) {
    const part = await session.next(20 * MiB)
    if (part === 'tooSmall') throw new Error('20 MiB were too small')
    onPart()
    part.events.bytes.buffer.transfer(0) // as if it had been transferred
    isLast = part.isLast
  }
  await session.close()
}

const readsWithin = test.macro({
  title: (given = '') => `reading a frame ${given} leaves little to the garbage collector`,
  async exec(t, document: string, count: number, maxBytes: number) {
    const request = openedFrame(compressed(...Array.from({ length: count }, (_, i) => jsonFrame(i + 1, document))))
    await collectAll()
    const before = kept()
    let most = 0
    const note = () => void (most = Math.max(most, kept() - before))
    for (let round = 0; round < 3; round++) await readFrame(request, note)
    t.true(most < maxBytes, `${most} bytes`)
  },
})
test.serial('of many small events', readsWithin, `{"a":"${'x'.repeat(1000)}"}`, 9000, 12 * MiB)
// An event that is joined of its steps, the document that is made of it, and the part.
test.serial('of few large events', readsWithin, `{"a":"${'x'.repeat(8 * MiB)}"}`, 5, 28 * MiB)
test.serial(
  'of events of which documents are made',
  readsWithin,
  `{"host":"a","b":[${'1,'.repeat(30_000)}1]}`,
  200,
  8 * MiB,
)

for (const bytes of [100, 2 * MiB])
  test.serial(`no more is inflated of a frame that is found to be broken after ${bytes} bytes`, async t => {
    const { deflated } = compressed(jsonFrame(1, 'x'.repeat(bytes)))
    const broken = Buffer.concat([deflated.subarray(0, -4), Buffer.from('ffffffff', 'hex')])
    const session = openSession(openedFrame({ type: 'compressed', deflated: broken }))
    await t.throwsAsync(session.next(Infinity), { code: 'bad_compression' })
    t.true(session.isInflated)
    await session.close()
  })

const keepsLittle = test.macro({
  title: (given = '') => `a thread keeps little of a frame of ${given} between two parts, and reports how much`,
  async exec(t, documents: readonly string[]) {
    const { workers } = openWorkers(t, 1)
    const deflated = deflateSync(Buffer.concat(documents.map((document, i) => jsonFrame(i + 1, document))))
    const parts = workers.open(openedFrame({ type: 'compressed', deflated }))
    const sequences: number[] = []
    for (let isLast = false; !isLast;) {
      const part = await parts.next(20 * MiB)
      t.true((part?.keptBytes ?? 0) <= deflated.length + 1.5 * MiB, `${part?.keptBytes} bytes`)
      sequences.push(...(part?.sequences ?? []))
      isLast = part?.isLast ?? true
    }
    t.deepEqual(
      sequences,
      documents.map((_, i) => i + 1),
    )
  },
})
test.serial(
  'large events and small ones',
  keepsLittle,
  Array.from({ length: 40 }, (_, i) => `{"a":"${'x'.repeat(i % 4 === 0 ? 6 * MiB : 10)}"}`),
)

test.serial(
  'a thread drops a frame whose events take much memory besides their bytes, until the next part',
  async t => {
    const { workers } = openWorkers(t, 1)
    const frame = compressed(...Array.from({ length: 9000 }, (_, i) => jsonFrame(i + 1, '{}')))
    const parts = workers.open(openedFrame(frame))
    const part = await parts.next(MiB)
    t.deepEqual([part?.sequences.length, part?.isClosed, part?.keptBytes], [1000, true, 0])
    t.is((await readAll(parts)).sequences.length, 8000)
  },
)
