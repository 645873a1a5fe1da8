/** The part of `Database` that is needed here. */
export interface Connection {
  readonly isTransaction: boolean
  exec(sql: string): void
  prepare(sql: string): {
    get(...values: readonly (string | number)[]): Record<string, unknown> | undefined
    all(...values: readonly (string | number)[]): Record<string, unknown>[]
    run(...values: readonly (string | number)[]): unknown
  }
}

/** Runs `work` in one write transaction, which is rolled back when it throws. */
export function transact<T>(connection: Connection, work: () => T): T {
  connection.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    connection.exec('COMMIT')
    return result
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK') // a full disk has already ended the transaction
    throw error
  }
}

export function readNumber(connection: Connection, sql: string): number {
  const row = connection.prepare(sql).get()
  const value = row === undefined ? undefined : Object.values(row)[0]
  return typeof value === 'number' ? value : 0
}
