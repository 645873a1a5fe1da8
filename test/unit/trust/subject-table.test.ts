import test from 'ava'
import fc from 'fast-check'
import { SubjectTable, readSubject } from '../../../src/trust/subject-table.ts'

/** Few high and few low halves, so that hashes share slots. */
const half = fc.constantFrom('00000000', '00000001', '00000004', 'ffffffff', '80000000', 'deadbee4')
const notes = fc.array(fc.tuple(half, half, fc.nat(5)), { maxLength: 40 })

test('a table of subjects has the largest value of each hash, as a map would have', t => {
  const property = fc.property(notes, list => {
    const [table, map] = [new SubjectTable(list.length), new Map<string, number>()]
    for (const [high, low, value] of list) {
      table.note(readSubject(high + low), value)
      map.set(high + low, Math.max(map.get(high + low) ?? 0, value))
    }
    const other = new SubjectTable(64)
    for (const [hash, value] of map) other.note(readSubject(hash), value)
    const changed = new SubjectTable(64)
    for (const [hash, value] of map) changed.note(readSubject(hash), value + 1)
    const entries = table.entries().map(({ hash, beganBy }) => [hash, beganBy] as const)
    t.deepEqual(Object.fromEntries(entries), Object.fromEntries(map))
    t.deepEqual([table.size, entries.length], [map.size, map.size])
    for (const [hash, value] of map) t.is(table.get(hash), value)
    t.is(table.get('0123456789abcdef'), undefined)
    t.true(table.isSame(other) && other.isSame(table))
    t.is(table.isSame(changed), map.size === 0)
  })
  fc.assert(property)
})
