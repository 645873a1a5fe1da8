import { isUtf8 } from 'node:buffer'
import { JsonScanner, MAX_DEPTH, type Range } from '../events/json-scanner.ts'
import type { EnvelopeTexts } from '../lumberjack/wire/event-envelope.ts'
import { ProtocolError } from '../lumberjack/wire/protocol-error.ts'

/** In this order, with nothing between them but a comma; only the last one may be missing. */
const NAMES = ['fileId', 'path', 'host', 'version', 'fields', 'format'] as const
const QUOTE = 0x22
const OPEN_BRACE = 0x7b

/** Reads the headers of runs without building anything of what is in them: their members go into documents as they are. */
export class RunHeaderReader {
  /** The members of `fields` are one level deeper than in the documents. Those are counted where they are read. */
  readonly #scanner = new JsonScanner({ names: NAMES, maxMembers: Infinity, maxDepth: MAX_DEPTH + 1 })

  /** The texts of its members, a byte a character. Throws ProtocolError for a header that is not as it should be. */
  read(header: Buffer): EnvelopeTexts {
    const values = this.#find(header).map(({ start, end }) => header.toString('latin1', start, end))
    const [fileId, path, host, version, fields, format] = values
    return { fileId, path, host, version, fields, format } as EnvelopeTexts
  }

  check(header: Buffer): void {
    this.#find(header)
  }

  #find(header: Buffer): readonly Range[] {
    if (!isUtf8(header)) throw bad('it is not UTF-8')
    const fault = this.#scanner.scan(header, 0, header.length)
    if (fault !== undefined) throw bad(fault.reason)
    const values: Range[] = []
    let at = 1
    for (const name of NAMES) {
      const found = this.#scanner.find(name)?.value
      if (found === undefined && name === 'format') break
      const start = at + name.length + 3
      const isOfKind = header[start] === (name === 'fields' ? OPEN_BRACE : QUOTE)
      if (found?.start !== start || !isOfKind) throw bad(`\`${name}\` is not in its place`)
      values.push({ start, end: found.end })
      at = found.end + 1
    }
    if (at !== header.length) throw bad('it has more members')
    return values
  }
}

function bad(reason: string): ProtocolError {
  return new ProtocolError('bad_runs', `the header of a run of records is not as it should be: ${reason}`)
}
