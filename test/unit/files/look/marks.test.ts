import test from 'ava'
import fc from 'fast-check'
import { addMark, makeMark } from '../../../../src/files/look/identity.ts'
import type { Mark } from '../../../../src/registry/contract.ts'

const reads = fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 300 })

/** How far back the marks are after reads of these lengths. */
function distancesAfter(lengths: readonly number[]): readonly number[] {
  let marks: readonly Mark[] = []
  let end = 0
  for (const length of lengths) marks = addMark(makeMark((end += length), Buffer.alloc(0)), marks)
  return marks.map(mark => end - mark.offset)
}

test('between two marks lies one read, or the earlier one is at most three times as far back', t => {
  const law = fc.property(reads, lengths => {
    const longest = Math.max(...lengths)
    const distances = distancesAfter(lengths)
    t.is(distances[0], 0)
    t.true(distances.length <= 8)
    for (const [i, distance] of distances.entries()) {
      const before = distances[i - 1] ?? 0
      t.true(distance - before <= longest || distance <= before * 3, distances.join(' '))
    }
  })
  t.notThrows(() => fc.assert(law))
})

test('the marks of a file that grows evenly go back at least 40 reads', t => {
  for (let count = 80; count < 300; count++) {
    const distances = distancesAfter(Array.from({ length: count }, () => 4096))
    t.true(distances.at(-1)! >= 40 * 4096, `${count} reads: ${distances.join(' ')}`)
  }
})
