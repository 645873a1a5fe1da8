// The kinds of option that processors have: one table a processor is its check, its types and its reference.
import type { Value } from '../document/value.ts'

export type OptionKind =
  | 'text'
  | 'texts'
  | 'flag'
  | 'count'
  | 'value'
  | 'textMap'
  | 'valueMap'
  | 'processor'
  | 'processors'

/** `Type` is the type of the checked value; it exists for the compiler only. */
export interface Option<Type = unknown> {
  readonly kind: OptionKind
  /** A sentence for the reference. */
  readonly description: string
  readonly isRequired?: boolean
  readonly default?: unknown
  /** The allowed values of a text. */
  readonly choices?: readonly string[]
  /** Never set. */
  readonly type?: Type
}

export type OptionTable = Readonly<Record<string, Option>>

/** The checked options of a table, with defaults filled in. */
export type OptionsOf<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer Type> ? Type : never
}

export function text(description: string): Option<string | undefined> {
  return { kind: 'text', description }
}

/** One text, or a list of them, as in `remove`'s `field`; always a list once checked. */
export function texts(description: string): Option<readonly string[] | undefined> {
  return { kind: 'texts', description }
}

export function flag(description: string, byDefault = false): Option<boolean> {
  return { kind: 'flag', description, default: byDefault }
}

/** A whole number from 0. */
export function count(description: string): Option<number | undefined> {
  return { kind: 'count', description }
}

/** Any value of JSON. */
export function anyValue(description: string): Option<Value | undefined> {
  return { kind: 'value', description }
}

export function textMap(description: string): Option<Readonly<Record<string, string>> | undefined> {
  return { kind: 'textMap', description }
}

export function valueMap(description: string): Option<Readonly<Record<string, Value>> | undefined> {
  return { kind: 'valueMap', description }
}

/** One processor, as in `foreach`: `{"uppercase": {…}}`. */
export function oneProcessor(description: string): Option<Readonly<Record<string, unknown>> | undefined> {
  return { kind: 'processor', description }
}

export function processors(description: string): Option<readonly unknown[] | undefined> {
  return { kind: 'processors', description }
}

export function required<Type>(option: Option<Type>): Option<Exclude<Type, undefined>> {
  return { ...option, isRequired: true } as Option<Exclude<Type, undefined>>
}

export function withDefault<Type>(
  option: Option<Type>,
  value: Exclude<Type, undefined>,
): Option<Exclude<Type, undefined>> {
  return { ...option, default: value } as Option<Exclude<Type, undefined>>
}

export function oneOf<const Choices extends readonly string[]>(
  choices: Choices,
  description: string,
): Option<Choices[number] | undefined> {
  return { kind: 'text', description, choices }
}
