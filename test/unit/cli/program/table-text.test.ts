import test from 'ava'
import { formatTable } from '../../../../src/cli/program/table-text.ts'

test('a table of very many rows has columns as wide as their longest text', t => {
  const rows = Array.from({ length: 200_000 }, (_, i) => [i === 5 ? 'longer' : 'a', 'b'])
  const lines = formatTable(['X', 'Y'], rows).split('\n')
  t.deepEqual([lines[0], lines[1], lines[6]], ['X       Y', 'a       b', 'longer  b'])
})
