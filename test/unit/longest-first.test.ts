import test from 'ava'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { compareLength, LONG } from '../helpers/suite/longest-first.ts'

test('the longest test files run first, and the rest by name', async t => {
  const paths = await Array.fromAsync(glob('test/**/*.test.ts', { cwd: join(import.meta.dirname, '../..') }))
  const sorted = paths.toSorted(compareLength)
  t.deepEqual(
    sorted.slice(0, LONG.length).map(path => path.replace(/^test\/integration\/(.*)\.test\.ts$/, '$1')),
    [...LONG],
    'each of them is there',
  )
  const rest = sorted.slice(LONG.length)
  t.deepEqual(rest, [...rest].toSorted())
})
