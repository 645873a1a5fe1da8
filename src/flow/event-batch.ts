// How the collector holds events: each document stays in the buffer in which it arrived.

/** One event on its way to a store. */
export interface StoreEvent {
  /** The document's id in the store, at most 512 bytes. */
  readonly id: string
  /** `@timestamp` in milliseconds since 1970, which chooses the index. */
  readonly timeMs: number
  /** The document, one JSON object in UTF-8 without a raw newline, is `bytes[start .. end)`. */
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  /** The time of an earlier try that may have stored it, in milliseconds since 1970. */
  readonly doubtfulSinceMs?: number
  /** When it was received, in milliseconds since 1970. */
  readonly receivedAtMs?: number
  /** The index and the ingest pipeline that its sender asks for (`@metadata.raw_index` and `@metadata.pipeline` of Beats). */
  readonly rawIndex?: string
  readonly pipeline?: string
  /** The index of the store with the fields of this event filled in; its times are not. */
  readonly filledIndex?: string
  /** The index, data stream or alias that a processor of the collector chose. */
  readonly reroutedTo?: string
}

/** An event that no store could ever take, with the reason. Only `delivery` decides that an event is one. */
export interface PoisonEvent {
  readonly id: string
  /** The payload as it came. */
  readonly payload: Buffer
  /** A short word for the kind of fault: `not_json`, `duplicate_member`, `document_parsing_exception`, … */
  readonly type: string
  readonly reason: string
  /** Where its letter is filed; '' or absent for a payload that is not an event, and can never be one. */
  readonly target?: string
  /** Of an event: its own time, in milliseconds since 1970. */
  readonly timeMs?: number
}

/** The batch that the collector's pumps move. */
export interface EventBatch {
  readonly events: readonly StoreEvent[]
  /** Payloads that arrived well framed but are not events: for the dead letters. */
  readonly poison: readonly PoisonEvent[]
  /** When the last byte of it was received, in milliseconds since 1970. */
  readonly receivedAtMs: number
  /** The sender, for logs and dead letters: `address:port`, and the name in its certificate if it has one. */
  readonly peer: string
  /** Which agent of those that share an address or a certificate, by its own word. It has no text of an event. */
  readonly agent?: string | undefined
  readonly byteCount: number
  /** Equal when all of these events come again, where they have no ids: windows of protocol 1. */
  readonly joinKey?: string | undefined
  /** Counts more bytes that are held for this batch until it is over, or fewer. */
  readonly holdMore?: ((bytes: number) => void) | undefined
}
