// The methods of texts, lists and maps that conditions may call. A receiver or an argument that does not fit gives null.
import { javaTextOf } from '../document/java-names.ts'
import { type Value, isFields, isNumeric, memberOf, toDouble } from '../document/value.ts'
import { compareNumbers, equals, indexOf, isWhole } from './condition-values.ts'

export interface Method {
  /** The fewest and the most arguments. */
  readonly arity: readonly [number, number]
  call(receiver: Value, args: readonly Value[]): Value
}

type OfText = (text: string, args: readonly Value[]) => Value

/** A method of texts alone. */
function ofText(arity: Method['arity'], call: OfText): Method {
  return { arity, call: (receiver, args) => (typeof receiver === 'string' ? call(receiver, args) : null) }
}

/** With one argument, which is a text. */
function withText(call: (text: string, argument: string) => Value): Method {
  return ofText([1, 1], (text, [argument]) => (typeof argument === 'string' ? call(text, argument) : null))
}

function sizeOf(value: Value): number | null {
  if (Array.isArray(value)) return value.length
  return isFields(value) ? Object.keys(value).length : null
}

function contains(receiver: Value, [argument = null]: readonly Value[]): Value {
  if (Array.isArray(receiver)) return receiver.some(element => equals(element, argument))
  return typeof receiver === 'string' && typeof argument === 'string' ? receiver.includes(argument) : null
}

function get(receiver: Value, [key = null, otherwise = null]: readonly Value[]): Value {
  if (Array.isArray(receiver)) return receiver[indexOf(key) ?? -1] ?? null
  if (!isFields(receiver)) return null
  return (typeof key === 'string' ? memberOf(receiver, key) : undefined) ?? otherwise
}

function find(receiver: Value, [argument = null]: readonly Value[]): Value {
  if (Array.isArray(receiver)) return receiver.findIndex(element => equals(element, argument))
  return typeof receiver === 'string' && typeof argument === 'string' ? receiver.indexOf(argument) : null
}

function isEmpty(receiver: Value): Value {
  return typeof receiver === 'string' ? receiver === '' : toNull(sizeOf(receiver), size => size === 0)
}

function toNull<Type>(value: Type | null, use: (value: Type) => Value): Value {
  return value === null ? null : use(value)
}

function substring(text: string, [from, to]: readonly Value[]): Value {
  const start = indexOf(from)
  const end = to === undefined ? text.length : indexOf(to)
  if (start === undefined || end === undefined || start < 0 || end < start || end > text.length) return null
  return text.slice(start, end)
}

function containsAll(receiver: Value, [others = null]: readonly Value[]): Value {
  if (!Array.isArray(receiver) || !Array.isArray(others)) return null
  return others.every(other => receiver.some(element => equals(element, other)))
}

function compareTo(receiver: Value, [other = null]: readonly Value[]): Value {
  if (typeof receiver === 'string' && typeof other === 'string') return receiver < other ? -1 : Number(receiver > other)
  const order = compareNumbers(receiver, other)
  return Number.isNaN(order) ? null : order
}

function replace(text: string, [from, to]: readonly Value[]): Value {
  // A function, since `$` in a text for `replaceAll` has a meaning.
  return typeof from === 'string' && typeof to === 'string' ? text.replaceAll(from, () => to) : null
}

function startsWith(text: string, [prefix, offset = 0]: readonly Value[]): Value {
  return typeof prefix === 'string' && typeof offset === 'number' ? text.startsWith(prefix, offset) : null
}

function wholeValue(receiver: Value): Value {
  if (!isNumeric(receiver)) return null
  return isWhole(receiver) ? receiver : Math.trunc(Number(javaTextOf(receiver)))
}

export const CONDITION_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['contains', { arity: [1, 1], call: contains }],
  ['containsAll', { arity: [1, 1], call: containsAll }],
  ['containsKey', { arity: [1, 1], call: (map, [key]) => (isFields(map) ? hasKey(map, key) : null) }],
  [
    'containsValue',
    { arity: [1, 1], call: (map, args) => (isFields(map) ? contains(Object.values(map), args) : null) },
  ],
  ['keySet', { arity: [0, 0], call: map => (isFields(map) ? Object.keys(map) : null) }],
  ['values', { arity: [0, 0], call: map => (isFields(map) ? Object.values(map) : null) }],
  ['get', { arity: [1, 1], call: get }],
  ['getOrDefault', { arity: [2, 2], call: get }],
  ['size', { arity: [0, 0], call: sizeOf }],
  ['isEmpty', { arity: [0, 0], call: isEmpty }],
  ['indexOf', { arity: [1, 1], call: find }],
  ['lastIndexOf', withText((text, part) => text.lastIndexOf(part))],
  ['equals', { arity: [1, 1], call: (value, [other = null]) => (value === null ? null : equals(value, other)) }],
  ['equalsIgnoreCase', withText((text, other) => text.toLowerCase() === other.toLowerCase())],
  ['compareTo', { arity: [1, 1], call: compareTo }],
  ['toString', { arity: [0, 0], call: value => (value === null ? null : javaTextOf(value)) }],
  ['startsWith', ofText([1, 2], startsWith)],
  ['endsWith', withText((text, suffix) => text.endsWith(suffix))],
  ['length', ofText([0, 0], text => text.length)],
  ['isBlank', ofText([0, 0], text => text.trim() === '')],
  ['toLowerCase', ofText([0, 0], text => text.toLowerCase())],
  ['toUpperCase', ofText([0, 0], text => text.toUpperCase())],
  ['trim', ofText([0, 0], text => text.trim())],
  ['substring', ofText([1, 2], substring)],
  ['replace', ofText([2, 2], replace)],
  ['splitOnToken', withText((text, token) => (token === '' ? null : text.split(token)))],
  ['intValue', { arity: [0, 0], call: wholeValue }],
  ['longValue', { arity: [0, 0], call: wholeValue }],
])

function hasKey(map: Readonly<Record<string, Value>>, key: Value | undefined): boolean {
  return typeof key === 'string' && Object.hasOwn(map, key)
}

/** Functions by the name of their class and their own; a text that is not a number gives null. */
export const CONDITION_FUNCTIONS: ReadonlyMap<string, (argument: Value) => Value> = new Map([
  ['String.valueOf', javaTextOf],
  ['Integer.parseInt', parseWhole],
  ['Long.parseLong', parseWhole],
  ['Double.parseDouble', parseDouble],
])

function parseWhole(text: Value): Value {
  if (typeof text !== 'string' || !/^[-+]?\d{1,19}$/u.test(text)) return null
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text)
}

function parseDouble(text: Value): Value {
  if (typeof text !== 'string' || !/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/u.test(text)) return null
  return toDouble(Number(text))
}
