import type { Origin } from '../flow/line-batch.ts'
import { makeFileId } from './look/identity.ts'

/** The origin of the lines that a run reads of one generation. Its id is drawn when the first one is read. */
export class CurrentOrigin {
  #origin: Origin | undefined

  with(path: string, fields: Origin['fields']): Origin {
    this.#origin ??= { fileId: makeFileId(), path, fields }
    // A run's origin never changes: batches that are in flight have this very object.
    if (path !== this.#origin.path || fields !== this.#origin.fields) this.#origin = { ...this.#origin, path, fields }
    return this.#origin
  }
}
