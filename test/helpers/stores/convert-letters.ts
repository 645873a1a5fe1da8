// Opens a file of dead letters of an earlier version, and stops in the middle of its conversion, after so many steps.
import { writeSync } from 'node:fs'
import { LETTERS_SCHEMA } from '../../../src/delivery/letters/letters-schema.ts'
import { openDatabase } from '../../../src/sqlite/database.ts'

const [, , path = '', steps = ''] = process.argv
let left = Number(steps)
const onProgress = () => {
  if (--left > 0) return
  writeSync(1, 'stopped\n')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}
openDatabase({ path, durability: 'disk', schema: LETTERS_SCHEMA, onProgress }).close()
