// Does with each call what a thread that is stuck does, in one way or another.
import { readFileSync } from 'node:fs'
import { serveDatabase } from '../../../src/sqlite/serve.ts'

export type StuckRequest =
  | { readonly how: 'answer' | 'sleep' | 'spin' }
  | { readonly how: 'read'; readonly path: string }

serveDatabase(
  (request: StuckRequest) => {
    if (request.how === 'sleep') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    if (request.how === 'spin') for (;;);
    if (request.how === 'read') readFileSync(request.path)
    return request.how
  },
  () => {},
)
