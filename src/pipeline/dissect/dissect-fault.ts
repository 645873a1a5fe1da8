/** A pattern of dissect that cannot work. */
export class DissectFault extends Error {
  override readonly name = 'DissectFault'
  readonly code = 'DISSECT_FAULT'
}
