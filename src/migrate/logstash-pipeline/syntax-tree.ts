// What a Logstash pipeline is made of.

export interface Position {
  /** From 1. */
  readonly line: number
  readonly column: number
}

export type SectionName = 'input' | 'filter' | 'output'

export interface Section {
  readonly name: SectionName
  readonly body: Body
}

export type Body = readonly (Plugin | Branch)[]

export interface Plugin {
  readonly kind: 'plugin'
  readonly name: string
  readonly position: Position
  readonly settings: readonly Setting[]
}

export interface Setting {
  readonly name: string
  readonly value: Given
  readonly position: Position
}

/** A value as it is written. A bare word is text. */
export type Given =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'list'; readonly items: readonly Given[] }
  | { readonly kind: 'hash'; readonly entries: readonly (readonly [name: string, value: Given])[] }
  | { readonly kind: 'plugin'; readonly plugin: Plugin }

/** `if`, `else if`, … and `else`, whose condition is absent. */
export interface Branch {
  readonly kind: 'branch'
  readonly position: Position
  readonly arms: readonly { readonly condition: Condition | undefined; readonly body: Body }[]
}

export type Condition =
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'both'; readonly operator: BooleanOperator; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'exists'; readonly field: string }
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly left: Operand; readonly right: Operand }

export type BooleanOperator = 'and' | 'or' | 'xor' | 'nand'

export type Comparison = '==' | '!=' | '<=' | '>=' | '<' | '>' | '=~' | '!~' | 'in' | 'not in'

export type Operand =
  | { readonly kind: 'field'; readonly field: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'list'; readonly items: readonly Operand[] }
