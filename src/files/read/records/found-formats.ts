import { Once } from '../../../flow/log-once.ts'
import type { Registry } from '../../../registry/contract.ts'
import type { Log } from '../../../telemetry/log.ts'
import { isDecided } from '../../containers/file-format.ts'
import type { TrackedFile } from '../../tracked-file.ts'
import type { Chunk } from '../chunk.ts'
import { FirstLines } from './first-lines.ts'

export interface FoundFormatsParts {
  readonly registry: Registry
  readonly log: Log
}

/** Finds the formats of files. Each is put on record, for later runs too, and logged once for each path. */
export class FoundFormats {
  readonly #parts: FoundFormatsParts
  readonly #once = new Once()
  /** Of files whose format is not known yet. */
  readonly #firstLines = new WeakMap<TrackedFile, FirstLines>()

  constructor(parts: FoundFormatsParts) {
    this.#parts = parts
  }

  /** The format of the file, as far as its first lines show it: those in the chunk, and those that were read before. */
  find(chunk: Chunk): void {
    const { file } = chunk
    const { records, formats } = file.group
    if (records?.format !== 'auto' || isDecided(file.format)) return
    const lines = this.#firstLines.get(file) ?? new FirstLines(formats)
    this.#firstLines.set(file, lines)
    const format = lines.take(chunk)
    if (format === undefined || format === file.format) return
    if (isDecided(format)) this.#firstLines.delete(file)
    this.#note(file, format)
  }

  #note(file: TrackedFile, format: string): void {
    const { registry, log } = this.#parts
    // That the lines in a container have no format of their own is not worth a line.
    const isNews = file.format === undefined || !format.startsWith(`${file.format}/plain`)
    file.noteFormat(format)
    registry.update(file.key, { format })
    if (isNews && this.#once.isNew(file.path, format)) log.info({ path: file.path, format }, 'found a file format')
  }
}
