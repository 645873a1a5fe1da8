import { FieldPath } from '../document/field-path.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { defineProcessor } from '../processor/contract.ts'
import { flag, required, text } from '../processor/options.ts'

export const rename = defineProcessor({
  summary: 'Gives a field another name.',
  options: {
    field: required(text('The field.')),
    target_field: required(text('Its new name.')),
    ignore_missing: flag('An event without the field passes unchanged.'),
    override: flag('The new name may exist already.'),
  },
  compile({ field, target_field, ignore_missing, override }) {
    const from = new FieldPath(field)
    const to = new FieldPath(target_field)
    return event => {
      const value = from.read(event)
      if (value === undefined) {
        if (ignore_missing) return
        throw new ProcessingFault(`field [${from.text}] doesn't exist`)
      }
      if (!override && to.has(event)) throw new ProcessingFault(`field [${to.text}] already exists`)
      from.remove(event)
      to.write(event, value)
    }
  },
})
