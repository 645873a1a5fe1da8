import { dirname } from 'node:path'
import { prepareReads, startFailing } from '../file-hooks.ts'
import { toSystem } from './colliding-files.ts'
import type { BlindCall } from './collision-steps.ts'

interface Moment {
  readonly code: string
  readonly path: string
  readonly names: readonly string[]
}

/** Moments at which a call fails. */
export class Failures {
  readonly #failReads = new Map<string, (code: string | undefined) => void>()
  readonly #ends: (() => void)[] = []

  /** Handles that are opened under these paths can be made to fail. */
  constructor(paths: readonly string[]) {
    for (const path of paths) {
      const [fail, end] = prepareReads(toKey(path))
      this.#failReads.set(path, fail)
      this.#ends.push(end)
    }
  }

  /** For a path and those whose names begin with it; `readdir` fails for its directory. Returns how to end that. */
  begin(call: BlindCall, { code, path, names }: Moment): () => void {
    if (call === 'read') {
      this.#failReads.get(path)!(code)
      return () => this.#failReads.get(path)!(undefined)
    }
    const failing = call === 'readdir' ? [dirname(path)] : names.filter(name => name.startsWith(path))
    const ends = failing.map(one => startFailing([call, toKey(one)], code))
    return () => ends.forEach(end => end())
  }

  close(): void {
    for (const end of this.#ends) end()
  }
}

/** As the hooks know it: the bytes of a path, read as UTF-8. */
function toKey(path: string): string {
  return toSystem(path).toString()
}
