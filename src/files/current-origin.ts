import type { Origin } from '../flow/line-batch.ts'
import type { FileGroup } from './contract.ts'
import { findContainerFields } from './containers/container-names.ts'
import { readFormat } from './containers/file-format.ts'
import { makeFileId } from './look/identity.ts'

interface OriginOf {
  readonly listedPath: string
  readonly realPath: string
  readonly format: string | undefined
  readonly group: Pick<FileGroup, 'fields' | 'idPrefix'>
}

/** The origin of the lines that a run reads of one generation. Its id is drawn when the first one is read. */
export class CurrentOrigin {
  #fileId: string | undefined
  #origin: Origin | undefined
  #fields: FileGroup['fields'] | undefined
  #formatKey: string | undefined

  /** The fields of the group take precedence over those of the file's format. */
  of({ listedPath: path, realPath, format, group: { fields, idPrefix } }: OriginOf): Origin {
    const fileId = (this.#fileId ??= makeFileId(idPrefix?.()))
    const formatKey = format === undefined ? undefined : `${format} ${realPath}`
    const isSame = path === this.#origin?.path && fields === this.#fields && formatKey === this.#formatKey
    if (isSame) return this.#origin!
    this.#fields = fields
    this.#formatKey = formatKey
    const { container, name } = readFormat(format)
    const own = container === undefined ? fields : { ...findContainerFields([path, realPath]), ...fields }
    // A run's origin never changes: batches that are in flight have this very object.
    return (this.#origin = { fileId, path, fields: own, ...(name !== undefined && { format: name }) })
  }

  /** The id stays. Encoders keep the bytes of an event's envelope for as long as there is an origin. */
  rest(): void {
    this.#origin = undefined
  }
}
