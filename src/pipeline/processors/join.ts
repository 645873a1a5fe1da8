import { FieldPath } from '../document/field-path.ts'
import { javaTextOf } from '../document/java-names.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { readList } from '../document/read-list.ts'
import { bounded, checkLength } from '../document/text-limit.ts'
import { defineProcessor } from '../processor/contract.ts'
import { required, text } from '../processor/options.ts'

export const join = defineProcessor({
  summary: 'Makes one text of a list.',
  options: {
    field: required(text('The field with the list.')),
    separator: required(text('The text between the elements.')),
    target_field: text('The field for the result; `field` if it is missing.'),
  },
  compile({ field, separator, target_field }) {
    const path = new FieldPath(field)
    const target = target_field === undefined ? path : new FieldPath(target_field)
    return event => {
      const list = readList(path, event, 'cannot join.')
      if (list.includes(null)) throw new ProcessingFault(`field [${field}] has null in its list, cannot join.`)
      checkLength(list.length * separator.length)
      target.write(event, bounded(list.map(javaTextOf).join(separator)))
    }
  },
})
