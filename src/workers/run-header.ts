import { isUtf8 } from 'node:buffer'
import { JsonScanner, MAX_DEPTH, type Range } from '../events/json-scanner.ts'
import type { EnvelopeTexts } from '../lumberjack/wire/event-envelope.ts'
import { ProtocolError } from '../lumberjack/wire/protocol-error.ts'

/** In this order, with nothing between them but a comma. */
const NAMES = ['fileId', 'path', 'host', 'version', 'fields'] as const
const QUOTE = 0x22
const OPEN_BRACE = 0x7b

/** Reads the headers of runs without building anything of what is in them: their members go into documents as they are. */
export class RunHeaderReader {
  /** The members of `fields` are one level deeper than in the documents. Those are counted where they are read. */
  readonly #scanner = new JsonScanner({ names: NAMES, maxMembers: Infinity, maxDepth: MAX_DEPTH + 1 })

  /** The texts of its members, a byte a character. Throws ProtocolError for a header that is not as it should be. */
  read(header: Buffer): EnvelopeTexts {
    const values = this.#find(header)
    const [fileId, path, host, version, fields] = values.map(({ start, end }) => header.toString('latin1', start, end))
    return { fileId, path, host, version, fields } as EnvelopeTexts
  }

  check(header: Buffer): void {
    this.#find(header)
  }

  #find(header: Buffer): readonly Range[] {
    if (!isUtf8(header)) throw bad('it is not UTF-8')
    const fault = this.#scanner.scan(header, 0, header.length)
    if (fault !== undefined) throw bad(fault.reason)
    let at = 1
    return NAMES.map((name, i) => {
      const start = at + name.length + 3
      const end = this.#scanner.find(name)?.value.end ?? 0
      const isText = header[start] === (name === 'fields' ? OPEN_BRACE : QUOTE)
      at = end + 1
      if (this.#scanner.find(name)?.value.start !== start || !isText) throw bad(`\`${name}\` is not in its place`)
      if (i === NAMES.length - 1 && at !== header.length) throw bad('it has more members')
      return { start, end }
    })
  }
}

function bad(reason: string): ProtocolError {
  return new ProtocolError('bad_runs', `the header of a run of records is not as it should be: ${reason}`)
}
