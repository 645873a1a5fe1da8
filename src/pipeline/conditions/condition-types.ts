// The types behind `instanceof`.
import { javaTypeOf } from '../document/java-names.ts'
import { type Value, isFields, isNumeric } from '../document/value.ts'

function isOfType(...names: readonly string[]): (value: Value) => boolean {
  return value => names.includes(javaTypeOf(value))
}

const isText = isOfType('java.lang.String')
const isList = isOfType('java.util.ArrayList')

export const CONDITION_TYPES: ReadonlyMap<string, (value: Value) => boolean> = new Map([
  ['String', isText],
  ['CharSequence', isText],
  ['Number', isNumeric],
  ['Integer', isOfType('java.lang.Integer')],
  ['Long', isOfType('java.lang.Long')],
  ['BigInteger', isOfType('java.math.BigInteger')],
  ['Double', isOfType('java.lang.Double')],
  ['int', isOfType('java.lang.Integer')],
  ['long', isOfType('java.lang.Long')],
  ['double', isOfType('java.lang.Double')],
  ['boolean', isOfType('java.lang.Boolean')],
  // No value of a document is one of these, and conditions ask for them all the same.
  ['float', () => false],
  ['Float', () => false],
  ['Short', () => false],
  ['Byte', () => false],
  ['Boolean', isOfType('java.lang.Boolean')],
  ['List', isList],
  ['ArrayList', isList],
  ['Collection', isList],
  ['Iterable', isList],
  ['Map', isFields],
  ['HashMap', isFields],
  ['Object', value => value !== null],
])
