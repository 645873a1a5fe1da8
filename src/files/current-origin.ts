import type { Origin } from '../flow/line-batch.ts'
import type { FileGroup } from './contract.ts'
import { makeFileId } from './look/identity.ts'

/** Fields of a file beside those of its group; the same as long as their key is. */
export interface OwnFields {
  readonly key: string
  readonly make: () => FileGroup['fields']
}

/** The origin of the lines that a run reads of one generation. Its id is drawn when the first one is read. */
export class CurrentOrigin {
  #fileId: string | undefined
  #origin: Origin | undefined
  #fields: FileGroup['fields'] | undefined
  #ownKey: string | undefined

  /** The fields of the group take precedence over the file's own. */
  with(path: string, { fields, idPrefix }: Pick<FileGroup, 'fields' | 'idPrefix'>, own?: OwnFields): Origin {
    const fileId = (this.#fileId ??= makeFileId(idPrefix?.()))
    const isSame = path === this.#origin?.path && fields === this.#fields && own?.key === this.#ownKey
    if (isSame) return this.#origin!
    this.#fields = fields
    this.#ownKey = own?.key
    // A run's origin never changes: batches that are in flight have this very object.
    return (this.#origin = { fileId, path, fields: own === undefined ? fields : { ...own.make(), ...fields } })
  }

  /** The id stays. Encoders keep the bytes of an event's envelope for as long as there is an origin. */
  rest(): void {
    this.#origin = undefined
  }
}
