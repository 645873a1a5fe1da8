import { FieldPath } from '../document/field-path.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { castFault } from '../document/read-text.ts'
import { compileJavaPattern } from '../java/java-pattern.ts'
import { splitText } from '../java/split-text.ts'
import { defineProcessor } from '../processor/contract.ts'
import { flag, required, text } from '../processor/options.ts'

export const split = defineProcessor({
  summary: 'Makes a list of a text.',
  options: {
    field: required(text('The field.')),
    separator: required(text('A regular expression of Java, which matches between the elements.')),
    target_field: text('The field for the result; `field` if it is missing.'),
    ignore_missing: flag('An event without the field, or with null in it, passes unchanged.'),
    preserve_trailing: flag('Empty elements at the end are kept.'),
  },
  compile({ field, separator, target_field, ignore_missing, preserve_trailing }) {
    const path = new FieldPath(field)
    const target = target_field === undefined ? path : new FieldPath(target_field)
    const pattern = compileJavaPattern(separator)
    return event => {
      const value = ignore_missing ? (path.read(event) ?? null) : path.readRequired(event)
      if (value === null && ignore_missing) return
      if (value === null) throw new ProcessingFault(`field [${field}] is null, cannot split.`)
      if (typeof value !== 'string') throw castFault(path, value, 'java.lang.String')
      target.write(event, splitText(value, pattern, preserve_trailing))
    }
  },
})
