import type { Origin } from '../flow/line-batch.ts'
import type { FileGroup } from './contract.ts'
import { makeFileId } from './look/identity.ts'

/** The origin of the lines that a run reads of one generation. Its id is drawn when the first one is read. */
export class CurrentOrigin {
  #fileId: string | undefined
  #origin: Origin | undefined

  with(path: string, { fields, idPrefix }: Pick<FileGroup, 'fields' | 'idPrefix'>): Origin {
    const fileId = (this.#fileId ??= makeFileId(idPrefix?.()))
    // A run's origin never changes: batches that are in flight have this very object.
    if (path !== this.#origin?.path || fields !== this.#origin.fields) this.#origin = { fileId, path, fields }
    return this.#origin
  }

  /** The id stays. Encoders keep the bytes of an event's envelope for as long as there is an origin. */
  rest(): void {
    this.#origin = undefined
  }
}
