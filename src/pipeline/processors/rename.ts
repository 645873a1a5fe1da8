import { compileField } from '../document/compile-field.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { defineProcessor } from '../processor/contract.ts'
import { flag, required, text } from '../processor/options.ts'

export const rename = defineProcessor({
  summary: 'Gives a field another name.',
  options: {
    field: required(text('The field. May be a template.')),
    target_field: required(text('Its new name. May be a template.')),
    ignore_missing: flag('An event without the field passes unchanged.'),
    override: flag('The new name may exist already.'),
  },
  compile({ field, target_field, ignore_missing, override }) {
    const fieldOf = compileField(field)
    const targetOf = compileField(target_field)
    return event => {
      const from = fieldOf(event)
      if (!from.hasInBounds(event)) {
        if (ignore_missing) return
        throw new ProcessingFault(`field [${from.text}] doesn't exist`)
      }
      const to = targetOf(event)
      if (to.hasInBounds(event) && !override) throw new ProcessingFault(`field [${to.text}] already exists`)
      const value = from.readRequired(event)
      from.remove(event)
      try {
        to.write(event, value)
      } catch (error) {
        from.write(event, value)
        throw error
      }
    }
  },
})
