/**
 * - `options`: a setting is not usable; the message has the valid form.
 * - `forbidden`: the credentials lack the right to read.
 * - `unavailable`: the server did not answer, or its answer is not one to the request.
 */
export type StoreErrorCode = 'options' | 'forbidden' | 'unavailable'

export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
