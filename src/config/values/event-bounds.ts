// What an agent may be configured to send, and what every collector with the default limits takes: the one fits the other by
// arithmetic, since an event that is refused would be sent again and again.

/** The default of a collector's `limits.eventBytes`. */
export const DEFAULT_EVENT_BYTES = 16 * 1024 * 1024
/** Everything of an event but its line. */
export const MAX_ENVELOPE_BYTES = 1024 * 1024
/** JSON writes a control byte as `\u0001`; no byte takes more. */
export const JSON_BYTES_PER_BYTE = 6
export const MAX_LINE_BYTES = (DEFAULT_EVENT_BYTES - MAX_ENVELOPE_BYTES) / JSON_BYTES_PER_BYTE

/** A path has at most 4096 bytes. The other members that an agent adds are shorter than that. */
const MAX_OWN_BYTES = 2 * 4096 * JSON_BYTES_PER_BYTE
/** `fields` and `host`, as JSON. */
export const MAX_FIELDS_BYTES = MAX_ENVELOPE_BYTES - MAX_OWN_BYTES
