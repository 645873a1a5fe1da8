import { inspect } from 'node:util'

const MASK = '[hidden]'

/** A password, key or token. Printing, logging and JSON show `[hidden]`; only `reveal` returns the text. */
export interface Secret {
  reveal(): string
  toString(): string
  toJSON(): string
}

export function createSecret(text: string): Secret {
  const secret = { reveal: () => text, toString: () => MASK, toJSON: () => MASK, [inspect.custom]: () => MASK }
  return Object.freeze(secret)
}

/** The secrets that the checks of a configuration have read. */
export interface Secrets {
  readonly etcdPassword?: Secret
  readonly token?: Secret
  readonly passphrase?: Secret
}
