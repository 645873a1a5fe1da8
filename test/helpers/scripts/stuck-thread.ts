// Does with each call what a thread that is stuck does, in one way or another.
import { readFileSync } from 'node:fs'
import { serveDatabase } from '../../../src/sqlite/serve-database.ts'

export type StuckRequest =
  | { readonly how: 'answer' }
  /** Until the number in shared memory is no longer 0. */
  | { readonly how: 'sleep' | 'spin'; readonly until: Int32Array<SharedArrayBuffer> }
  | { readonly how: 'read'; readonly path: string }

serveDatabase(
  (request: StuckRequest) => {
    if (request.how === 'sleep') Atomics.wait(request.until, 0, 0)
    if (request.how === 'spin') while (Atomics.load(request.until, 0) === 0);
    if (request.how === 'read') readFileSync(request.path)
    return request.how
  },
  () => {},
)
