import test from 'ava'
import { EventReader, isPoison } from '../../../src/events/event-reader.ts'
import { EventPacker, unpackEvents } from '../../../src/events/packed-events.ts'

const MiB = 1024 * 1024
const limits = { eventBytes: 16 * MiB, eventMembers: 1000 }
const room = () => Buffer.allocUnsafeSlow(MiB)

function readEvent(document: string) {
  const payload = Buffer.from(document)
  const event = new EventReader({ makeId: () => 'made', limits }).readJson(payload, 1000)
  if (isPoison(event)) throw new Error(event.reason)
  return { payload, event }
}

test('a large document that was made for its event is packed without a copy, so that it is in memory once', t => {
  const packer = new EventPacker(room())
  const { event } = readEvent(`{"message":"${'m'.repeat(2 * MiB)}"}`)
  t.false(packer.add(event))
  const packed = packer.pack(1000)
  t.true(event.bytes.buffer === packed.bytes.buffer)
  const [unpacked] = unpackEvents(packed, () => 'made')
  t.true(unpacked !== undefined && !isPoison(unpacked) && unpacked.end === event.end)
})

/** As a frame has it, with so many bytes around. */
function readPart(before: number, after: number) {
  const text = ` {"@timestamp":"2026-02-03T04:05:06Z","message":"${'m'.repeat(2 * MiB)}"}`
  const frame = Buffer.allocUnsafeSlow(before + text.length + after)
  const payload = frame.subarray(before, before + text.length)
  payload.write(text)
  const reader = new EventReader({ makeId: () => 'made', limits })
  return { text, payload, event: reader.readJson(payload, 1000) }
}

test('a large document that shares its buffer with anything but the header of its frame is copied', t => {
  for (const [before, after] of [
    [11, 0],
    [10, 1],
    [0, 11],
  ] as const) {
    const packer = new EventPacker(room())
    const { event, payload } = readPart(before, after)
    t.true(packer.add(event))
    t.not(packer.pack(1000).bytes.buffer, payload.buffer)
  }
})

test('a large document that has its buffer alone is packed without a copy, and without what is around it', t => {
  const packer = new EventPacker(room())
  const { event, payload, text } = readPart(10, 0)
  t.false(packer.add(event))
  const packed = packer.pack(1000)
  t.true(packed.bytes.buffer === payload.buffer)
  t.true(Buffer.from(packed.bytes).toString() === text.trim())
})
