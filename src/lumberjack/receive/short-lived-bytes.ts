import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const MAX_GARBAGE_BYTES = 8 * 1024 * 1024

type Collect = (options: { readonly type: 'minor' }) => void

let garbageBytes = 0
let collect: Collect | undefined

/**
 * Notes bytes that Node has allocated for this thread, which are used for a moment and cannot be given back. V8 lets 64 MiB of
 * them pile up in each thread before it collects garbage. Their objects are few and young, so that to collect the young ones
 * every 8 MiB takes a millisecond, and no more time in all: memory that was used just now is in the caches.
 */
export function noteShortLivedBytes(bytes: number): void {
  garbageBytes += bytes
  if (garbageBytes < MAX_GARBAGE_BYTES) return
  garbageBytes = 0
  collect ??= findCollect()
  collect({ type: 'minor' })
}

/** A context that is made after the flag was set has it. */
function findCollect(): Collect {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as Collect
}
