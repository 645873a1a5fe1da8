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

test('a large document that is a part of what came is copied', t => {
  const packer = new EventPacker(room())
  const { event, payload } = readEvent(` {"@timestamp":"2026-02-03T04:05:06Z","message":"${'m'.repeat(2 * MiB)}"}`)
  t.is(event.bytes, payload)
  t.true(packer.add(event))
  t.not(packer.pack(1000).bytes.buffer, payload.buffer)
})
