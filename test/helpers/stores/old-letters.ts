import { LETTERS_SCHEMA } from '../../../src/delivery/letters/letters-schema.ts'
import { openDatabase } from '../../../src/sqlite/database.ts'
import { transact } from '../../../src/sqlite/transaction.ts'

/** Writes a file of dead letters as the first edition did: letter `i` has a payload of so many bytes `i % 256`. */
export function writeOldLetters(path: string, count: number, payloadBytes: number): void {
  const migrations = LETTERS_SCHEMA.migrations.slice(0, 1)
  const database = openDatabase({ path, durability: 'process', schema: { ...LETTERS_SCHEMA, migrations } })
  const insert = database.prepare("INSERT INTO letters VALUES (?, 'es', 'logs-1', ?, 't', 'r', ?, 5, 6, '10.0.0.1:9')")
  transact(database, () => {
    for (let i = 1; i <= count; i++) insert.run(i, `a-${i}`, Buffer.alloc(payloadBytes, i % 256))
  })
  database.close()
}
