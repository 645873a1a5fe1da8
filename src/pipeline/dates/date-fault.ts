/** A format of dates that cannot be used. */
export class DateFault extends Error {
  override readonly name = 'DateFault'
  readonly code = 'DATE_FAULT'
}
