import fc from 'fast-check'
import test from 'ava'
import { encodeBulk, maxBytesOf } from '../../../../src/stores/elasticsearch/bulk/bulk-body.ts'
import { eventOf } from '../../../helpers/stores/store-events.ts'

const target = { nameFor: () => 'logs-é' }

test('a bulk body has one action line and one document line per event, for any ids and documents', t => {
  const property = fc.property(
    fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.json(), fc.constantFrom('', '\n', '\r\n'))),
    pairs => {
      const events = pairs.map(([id, json, gap]) => eventOf(id, `{${gap}"v":${gap}${json}}`))
      const body = Buffer.concat(encodeBulk(events, target))
      const lines = body.toString().split('\n')
      t.is(lines.pop(), '')
      t.is(lines.length, events.length * 2)
      for (const [i, [id, json]] of pairs.entries()) {
        t.deepEqual(JSON.parse(lines[i * 2] ?? ''), { create: { _index: 'logs-é', _id: id } })
        t.deepEqual(JSON.parse(lines[i * 2 + 1] ?? ''), { v: JSON.parse(json) })
      }
      t.true(
        Buffer.concat(encodeBulk(events, target, size => Buffer.alloc(size + 9, '\n{'))).equals(body),
        'in memory that was used before',
      )
      t.true(events.reduce((sum, event) => sum + maxBytesOf(event, target), 0) >= body.length)
    },
  )
  fc.assert(property, { numRuns: 200 })
  t.is(Buffer.concat(encodeBulk([], target)).length, 0)
})

test('documents of megabytes are sent from where they are, between copies of the small ones', t => {
  const large = `{"v":"${'x'.repeat(2 * 1024 * 1024)}"}`
  const events = ['{"v":1}', large, large.replace('{', '{\n'), '{"v":2}', large].map((json, i) =>
    eventOf(`id${i}`, json),
  )
  const pieces = encodeBulk(events, target)
  const lines = Buffer.concat(pieces).toString().split('\n')
  t.deepEqual(
    lines.map(line => line.length),
    events
      .flatMap(({ start, end }, i) => [`{"create":{"_index":"logs-é","_id":"id${i}"}}`.length, end - start])
      .concat(0),
  )
  const buffers = new Set(pieces.map(({ buffer }) => buffer))
  t.deepEqual(
    events.map(({ bytes }) => buffers.has(bytes.buffer)),
    [false, true, false, false, true],
  )
})
