import test from 'ava'
import fc from 'fast-check'
import { readLineTime } from '../../../../src/files/containers/line-time.ts'

const read = (text: string) => readLineTime(Buffer.from(`x${text}y`), 1, text.length + 1)

const isTime = test.macro({
  title: (_, text: string) => `${text} is a time`,
  exec(t, text: string, timeMs: number, nanos: number) {
    t.deepEqual(read(text), { timeMs, nanos })
  },
})
const second = Date.UTC(2026, 10, 29, 21, 0, 5)
test(isTime, '2026-11-29T21:00:05Z', second, 0)
test(isTime, '2026-11-29T21:00:05.123456789Z', second + 123, 456_789)
test(isTime, '2026-11-29T21:00:05.1Z', second + 100, 0)
test(isTime, '2026-11-29T21:00:05.000000001Z', second, 1)
test(isTime, '2026-11-29T23:00:05.5+02:00', second + 500, 0)
test(isTime, '2026-11-29T14:15:05.123456789-06:45', second + 123, 456_789)
test(isTime, '2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29), 0)
test(isTime, '1970-01-01T00:00:00Z', 0, 0)

const noTime = test.macro({
  title: (_, text: string) => `${text === '' ? 'an empty text' : text} is not a time`,
  exec(t, text: string) {
    t.is(read(text), undefined)
  },
})
for (const text of [
  '',
  '2026-11-29',
  '2026-11-29T21:00:05',
  '2026-11-29 21:00:05Z',
  '2026-11-31T21:00:05Z',
  '2026-13-01T21:00:05Z',
  '2026-02-29T00:00:00Z',
  '2026-11-29T24:00:05Z',
  '2026-11-29T21:60:05Z',
  '2026-11-29T21:00:60Z',
  '2026-11-29T21:00:05.Z',
  '2026-11-29T21:00:05.1234567890Z',
  '2026-11-29T21:00:05.12Q',
  '2026-11-29T21:00:05+0200',
  '2026-11-29T21:00:05+24:00',
  '2026-11-29T21-00-05Z',
  '1969-12-31T23:59:59Z',
  '20x6-11-29T21:00:05Z',
  '2026-11-29T2x:00:05Z',
])
  test(noTime, text)

test('each time that Go writes is read to the nanosecond', t => {
  const parts = fc.record({
    timeMs: fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }),
    nanos: fc.nat(999_999),
    zone: fc.integer({ min: -14 * 60, max: 14 * 60 }),
  })
  fc.assert(
    fc.property(parts, ({ timeMs, nanos, zone }) => {
      const [local, own] = [timeMs + zone * 60_000, String(nanos).padStart(6, '0')]
      fc.pre(local >= 0 && local < Date.UTC(9999, 11, 31))
      const text = new Date(local).toISOString().slice(0, -1)
      const clock = [Math.abs(zone) / 60, Math.abs(zone) % 60].map(value => String(Math.floor(value)).padStart(2, '0'))
      const zoneText = zone === 0 ? 'Z' : `${zone < 0 ? '-' : '+'}${clock.join(':')}`
      t.deepEqual(read(`${text}${own}${zoneText}`), { timeMs, nanos })
      const short = `${text}${own}`.replace(/\.?0+$/, '')
      if (short.length >= 19) t.deepEqual(read(`${short}${zoneText}`), { timeMs, nanos })
    }),
  )
})
