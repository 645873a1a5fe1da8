// An ack: '1' or '2', 'A', u32 number (big-endian). It may arrive cut at any byte, or glued to others.
import { type Protocol, SHORT_FRAME_BYTES, TYPE_ACK, VERSION_2, versionByte } from '../wire/frames.ts'
import { LinkError } from './servers/link-error.ts'

/** The first byte of a TLS server's answer to plain text. */
const TLS_ALERT = 0x15

const KNOWN_HINT = 'the server has acked before, so see its log, and that of a proxy before it'

/** Takes acks out of the bytes that a server sends. */
export class AckReader {
  readonly #protocol: Protocol
  readonly #frame = Buffer.alloc(SHORT_FRAME_BYTES)
  #length = 0
  #isKnown: boolean

  /** `isKnown`: the server has acked before, so it is not suspected of being something else. */
  constructor(protocol: Protocol, { isKnown = false }: { readonly isKnown?: boolean } = {}) {
    this.#protocol = protocol
    this.#isKnown = isKnown
  }

  /** An ack has begun and is not complete. */
  get isMidAck(): boolean {
    return this.#length > 0
  }

  /**
   * The numbers of the acks that `chunk` completes, in their order; 0 is a keep-alive. Throws a LinkError at the first byte
   * that cannot belong to an ack of our protocol: logstash-forwarder took any six bytes for success.
   */
  *read(chunk: Buffer): Generator<number> {
    for (let at = 0; at < chunk.length;) {
      const taken = chunk.copy(this.#frame, this.#length, at)
      at += taken
      this.#length += taken
      this.#check()
      if (this.#length < SHORT_FRAME_BYTES) return
      this.#length = 0
      const sequence = this.#readSequence()
      if (sequence > 0) this.#isKnown = true
      yield sequence
    }
  }

  #check(): void {
    const [version, type] = this.#frame
    // The beats input of Logstash sends its keep-alives as version 2 to clients of version 1 too.
    const isVersion = version === versionByte(this.#protocol) || version === VERSION_2
    if (isVersion && (this.#length < 2 || type === TYPE_ACK)) return
    const isTls = version === TLS_ALERT
    const suspicion = isTls
      ? 'that is TLS, so set `tls` here too'
      : 'no Lumberjack collector of that protocol listens there'
    throw this.#makeError(this.#isKnown ? KNOWN_HINT : suspicion)
  }

  #readSequence(): number {
    const sequence = this.#frame.readUInt32BE(2)
    if (this.#frame[0] === versionByte(this.#protocol) || sequence === 0) return sequence
    this.#length = SHORT_FRAME_BYTES
    throw this.#makeError('only a keep-alive may be of the other version')
  }

  #makeError(hint: string): LinkError {
    const bytes = this.#frame.subarray(0, this.#length)
    const found = `${bytes.toString('hex')} (${JSON.stringify(bytes.toString('latin1'))})`
    return new LinkError(
      'protocol',
      `an ack of Lumberjack version ${this.#protocol} was expected, ${found} came: ${hint}`,
    )
  }
}
