import test from 'ava'
import { readPatternFile } from '../../../../src/pipeline/patterns/pattern-file.ts'

test('a file of patterns has a name and an expression a line, comments and empty lines', t => {
  const text = '# numbers\nONE 1\n\n  TWO\t2 \r\nBOTH %{ONE} # %{TWO}\n'
  t.deepEqual(
    [...readPatternFile(text)],
    [
      ['ONE', '1'],
      ['TWO', '2 '],
      ['BOTH', '%{ONE} # %{TWO}'],
    ],
  )
})

test('a line without an expression is refused by its number', t => {
  t.throws(() => readPatternFile('A 1\nB\n'), { message: 'line 2 is not a name, a blank and an expression' })
})
