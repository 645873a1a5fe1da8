import { FieldPath } from '../document/field-path.ts'
import { javaTextOf } from '../document/java-names.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import type { Value } from '../document/value.ts'
import { defineProcessor } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { flag, required, text } from '../processor/options.ts'
import { parseIp } from '../values/ip-address.ts'
import { decodeInteger, doubleValue, floatValue, parseDouble } from '../values/java-numbers.ts'

/** Undefined where the text is not of the type. */
type Reader = (value: string) => Value | undefined

const readers = {
  integer: value => decodeInteger(value, 32),
  long: value => decodeInteger(value, 64),
  float: value => mapNumber(parseDouble(value), floatValue),
  double: value => mapNumber(parseDouble(value), doubleValue),
  boolean: readBoolean,
  ip: value => (parseIp(withoutZone(value)) === undefined ? undefined : value),
  string: value => value,
  auto: readAny,
} as const satisfies Readonly<Record<string, Reader>>

type TypeName = keyof typeof readers

export const convert = defineProcessor({
  summary: 'Changes the type of a value, or of each value in a list.',
  options: {
    field: required(text('The field.')),
    type: required(text('`integer`, `long`, `float`, `double`, `boolean`, `ip`, `string` or `auto`.')),
    target_field: text('The field for the result; `field` if it is missing.'),
    ignore_missing: flag('An event without the field, or with null in it, passes unchanged.'),
  },
  compile({ field, type: written, target_field, ignore_missing }) {
    const path = new FieldPath(field)
    const target = target_field === undefined ? path : new FieldPath(target_field)
    const type = findType(written)
    return event => {
      const value = ignore_missing ? (path.read(event) ?? null) : path.readRequired(event)
      if (value === null) {
        if (ignore_missing) return
        throw new ProcessingFault(`Field [${field}] is null, cannot be converted to type [${type}]`)
      }
      const converted = Array.isArray(value)
        ? value.map(element => convertValue(element, type))
        : convertValue(value, type)
      target.write(event, converted)
    }
  },
})

function findType(written: string): TypeName {
  const name = written.toLowerCase()
  if (Object.hasOwn(readers, name)) return name as TypeName
  throw new OptionFault(`type [${written}] not supported, cannot convert field.`, { option: 'type' })
}

function convertValue(value: Value, type: TypeName): Value {
  if (type === 'auto' && typeof value !== 'string') return value
  const shown = javaTextOf(value)
  const isReadable = value !== null && (type !== 'ip' || typeof value === 'string')
  const converted = isReadable ? readers[type](shown) : undefined
  if (converted === undefined) throw new ProcessingFault(describeFault(shown, type))
  return converted
}

function describeFault(shown: string, type: TypeName): string {
  if (type === 'boolean') return `[${shown}] is not a boolean value, cannot convert to boolean`
  return type === 'ip' ? `'${shown}' is not an IP string literal.` : `unable to convert [${shown}] to ${type}`
}

function readBoolean(shown: string): Value | undefined {
  if (shown.length > 5) return undefined
  const name = shown.toUpperCase()
  return name === 'TRUE' || (name === 'FALSE' ? false : undefined)
}

/** The first type that the shown has. */
function readAny(shown: string): Value {
  return readBoolean(shown) ?? decodeInteger(shown, 32) ?? decodeInteger(shown, 64) ?? readers.float(shown) ?? shown
}

function mapNumber(value: number | undefined, map: (value: number) => Value): Value | undefined {
  return value === undefined ? undefined : map(value)
}

/** `fe80::1%eth0` is an address of IPv6. */
function withoutZone(shown: string): string {
  return shown.includes(':') ? shown.replace(/%.*$/su, '') : shown
}
