import test from 'ava'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mutants } from '../../helpers/files/collisions/mutants.ts'

const ROOT = join(import.meta.dirname, '../../..')

test('each fault that the model of files that are alike has to find is a change of one place', t => {
  for (const { fault, path, from, to } of mutants) {
    t.is(readFileSync(join(ROOT, path), 'utf8').split(from).length, 2, fault)
    t.not(from, to, fault)
  }
})
