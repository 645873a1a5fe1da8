import { FieldPath } from '../document/field-path.ts'
import { javaTypeOf } from '../document/java-names.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { readList } from '../document/read-list.ts'
import { Double, type List, type Value } from '../document/value.ts'
import { defineProcessor } from '../processor/contract.ts'
import { oneOf, required, text, withDefault } from '../processor/options.ts'

export const sort = defineProcessor({
  summary: 'Sorts a list whose elements are of one type.',
  options: {
    field: required(text('The field with the list.')),
    order: withDefault(oneOf(['asc', 'desc'], 'The smallest first, or the largest.'), 'asc'),
    target_field: text('The field for the result; `field` if it is missing.'),
  },
  compile({ field, order, target_field }) {
    const path = new FieldPath(field)
    const target = target_field === undefined ? path : new FieldPath(target_field)
    return event => {
      const list = readList(path, event, 'cannot sort.')
      if (list.length > 1) checkTypes(list, field)
      const sign = order === 'asc' ? 1 : -1
      target.write(
        event,
        list.toSorted((one, other) => sign * compare(one, other)),
      )
    }
  },
})

/** Elasticsearch compares neither an integer with a double, nor one of 32 bits with one of 64. */
function checkTypes(list: List, field: string): void {
  const types = new Set(list.map(javaTypeOf))
  const [type = '', other] = types
  if (other !== undefined) throw new ProcessingFault(`field [${field}] has [${type}] and [${other}], cannot sort.`)
  if (!/^java\.lang\.|BigInteger$/u.test(type))
    throw new ProcessingFault(`field [${field}] has [${type}], cannot sort.`)
}

function compare(one: Value, other: Value): number {
  const [a, b] = [comparable(one), comparable(other)]
  if (a === b) return Object.is(a, b) ? 0 : zeroOrder(a)
  return a < b ? -1 : 1
}

/** As Java does, -0.0 comes before 0.0. */
function zeroOrder(value: string | number | bigint): number {
  return Object.is(value, -0) ? -1 : 1
}

function comparable(value: Value): string | number | bigint {
  if (value instanceof Double) return value.value
  return typeof value === 'boolean' ? Number(value) : (value as string | number | bigint)
}
