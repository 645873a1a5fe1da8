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
      const body = encodeBulk(events, target)
      const lines = body.toString().split('\n')
      t.is(lines.pop(), '')
      t.is(lines.length, events.length * 2)
      for (const [i, [id, json]] of pairs.entries()) {
        t.deepEqual(JSON.parse(lines[i * 2] ?? ''), { create: { _index: 'logs-é', _id: id } })
        t.deepEqual(JSON.parse(lines[i * 2 + 1] ?? ''), { v: JSON.parse(json) })
      }
      t.true(events.reduce((sum, event) => sum + maxBytesOf(event, target), 0) >= body.length)
    },
  )
  fc.assert(property, { numRuns: 200 })
  t.is(encodeBulk([], target).length, 0)
})
