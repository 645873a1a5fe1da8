import { inspect } from 'node:util'

const MASK = '[hidden]'

/** A password, key or token. Printing, logging and JSON show `[hidden]`; only `reveal` gives the text. */
export interface Secret {
  reveal(): string
  toString(): string
  toJSON(): string
}

export function createSecret(text: string): Secret {
  const secret = { reveal: () => text, toString: () => MASK, toJSON: () => MASK, [inspect.custom]: () => MASK }
  return Object.freeze(secret)
}

/** What the checks of a configuration read on their way. */
export interface Secrets {
  readonly etcdPassword?: Secret
  readonly token?: Secret
  readonly passphrase?: Secret
}
