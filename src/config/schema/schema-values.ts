import { Type } from 'typebox'
import { expectChoice } from './schema-node.ts'

// The kinds of value that settings have. Annotations beyond JSON Schema: `expects` completes "expected …" in an error
// and fills a column of the reference page; `isSecret` keeps the value out of errors; `isAbsentWhenEmpty` is for keys
// of logstash-forwarder, which ignored empty text.

interface About {
  /** For the reference page: its effect, and when to change it. */
  readonly description: string
  readonly default?: unknown
  readonly expects?: string
  readonly format?: string
  readonly isAbsentWhenEmpty?: boolean
}

interface Range extends About {
  readonly minimum: number
  readonly maximum: number
}

export function text(about: About) {
  return Type.String({ minLength: 1, expects: 'text', ...about })
}

export function path(about: About) {
  return Type.String({ minLength: 1, expects: 'a path', ...about })
}

export function secretText(about: About) {
  return Type.String({ minLength: 1, expects: 'text', isSecret: true, ...about })
}

export function toggle(about: About) {
  return Type.Boolean({ expects: 'true or false', ...about })
}

export function count(about: Range) {
  return Type.Integer({ expects: `a whole number from ${about.minimum} to ${about.maximum}`, ...about })
}

export function choice<const Values extends (string | number)[]>(values: readonly [...Values], about: About) {
  return Type.Enum(values, { expects: expectChoice(values), ...about })
}

export function duration(about: About & { readonly from?: string; readonly to?: string }) {
  const { from = '1ms', to = '3650d', ...rest } = about
  const expects = `a duration with its unit such as "500ms", "15s" or "1h30m", from ${from} to ${to}`
  return Type.String({ format: 'duration', durationFrom: from, durationTo: to, expects, ...rest })
}

/** logstash-forwarder has whole seconds here; a duration is accepted too. */
export function secondsOrDuration(about: About & { readonly from: string; readonly to: string }) {
  const { from, to, ...rest } = about
  const expects = `a number of seconds or a duration such as "15s", from ${from} to ${to}`
  const bounds = { durationFrom: from, durationTo: to }
  return Type.Unsafe<number | string>({ type: ['number', 'string'], format: 'duration', ...bounds, expects, ...rest })
}

export function size(about: About & { readonly from: string; readonly to: string }) {
  const { from, to, ...rest } = about
  const expects = `a size with its unit such as "64KiB" or "10MiB", from ${from} to ${to}`
  return Type.String({ format: 'size', sizeFrom: from, sizeTo: to, expects, ...rest })
}

export function address(about: About) {
  return Type.String({ format: 'address', expects: '"host:port"', ...about })
}

export function list<Item extends Parameters<typeof Type.Array>[0]>(item: Item, about: About) {
  return Type.Array(item, { minItems: 1, expects: 'a list that is not empty', ...about })
}
