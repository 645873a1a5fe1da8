import { FieldPath } from '../document/field-path.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { castFault } from '../document/read-text.ts'
import type { Value } from '../document/value.ts'
import { defineProcessor } from '../processor/contract.ts'
import { flag, required, text } from '../processor/options.ts'
import { decodeUrlText } from '../values/java-url-decode.ts'

export const urldecode = defineProcessor({
  summary: 'Decodes the percent signs and plus signs of a URL.',
  options: {
    field: required(text('The field with the text, or with a list of texts.')),
    target_field: text('The field for the result; the default is `field`.'),
    ignore_missing: flag('An event without the field passes unchanged.'),
  },
  compile({ field, target_field = field, ignore_missing }) {
    const source = new FieldPath(field)
    const target = new FieldPath(target_field)
    const decode = (value: Value): string => {
      if (typeof value !== 'string') throw castFault(source, value, 'java.lang.String')
      return decoded(value)
    }
    return event => {
      const value = ignore_missing ? (source.read(event) ?? null) : source.require(event)
      if (value === null && ignore_missing) return
      if (value === null) throw new ProcessingFault(`field [${field}] is null, cannot process it.`)
      target.write(event, Array.isArray(value) ? value.map(decode) : decode(value))
    }
  },
})

function decoded(value: string): string {
  try {
    return decodeUrlText(value)
  } catch (error) {
    throw new ProcessingFault((error as Error).message, { cause: error })
  }
}
