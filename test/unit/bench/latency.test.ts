import test from 'ava'
import fc from 'fast-check'
import { findLatencies, parseTrace } from '../../../bench/measures/latency.ts'

test('a line has arrived with the first window that reaches it', t => {
  const arrivals = parseTrace('1 1000.5\n3 1010\n4 1015.25\n')
  t.deepEqual(findLatencies([1001, 1002, 1010], arrivals, 1), [9, 8, 5.25])
})

test('a line that has not arrived has no latency', t => {
  t.deepEqual(findLatencies([1, 2], [{ lines: 1, timeMs: 5 }], 0), [4, Number.NaN])
})

test('however lines are spread over windows, each has the latency of its own', t => {
  const windows = fc.array(fc.record({ lines: fc.integer({ min: 0, max: 5 }), ms: fc.integer({ min: 0, max: 9 }) }))
  fc.assert(
    fc.property(windows, fc.integer({ min: 0, max: 3 }), (list, earlier) => {
      const arrivals = [{ lines: earlier, timeMs: 0 }]
      const expected = list.flatMap(({ lines, ms }) => {
        const before = arrivals.at(-1) ?? { lines: 0, timeMs: 0 }
        const timeMs = before.timeMs + ms
        arrivals.push({ lines: before.lines + lines, timeMs })
        return Array.from({ length: lines }, () => timeMs)
      })
      t.deepEqual(
        findLatencies(
          expected.map(() => 0),
          arrivals,
          earlier,
        ),
        expected,
      )
    }),
  )
})
