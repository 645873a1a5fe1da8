// A thread that opens one new database after the other, each at the same moment as the other threads.
import { parentPort, workerData } from 'node:worker_threads'
import { openDatabase } from '../../../src/sqlite/database.ts'
import type { Schema } from '../../../src/sqlite/schema-versions.ts'

interface OpenTogether {
  readonly paths: readonly string[]
  readonly schema: Schema
  readonly threads: number
  /** One cell a path: how many threads have come so far. */
  readonly arrived: Int32Array
}

const { paths, schema, threads, arrived } = workerData as OpenTogether
const refusals: string[] = []
for (const [i, path] of paths.entries()) {
  Atomics.add(arrived, i, 1)
  while (Atomics.load(arrived, i) < threads) {
    // busily, so that all continue in the same microsecond
  }
  try {
    openDatabase({ path, durability: 'disk', schema }).close()
  } catch (error) {
    refusals.push(String(error))
  }
}
parentPort?.postMessage(refusals, [])
