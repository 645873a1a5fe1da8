import { compileField } from '../document/compile-field.ts'
import { defineProcessor } from '../processor/contract.ts'
import { anyValue, flag, oneOf, required, text, withDefault } from '../processor/options.ts'
import { compileSource, MEDIA_TYPES } from './value-source.ts'

export const set = defineProcessor({
  summary: 'Gives a field a value.',
  options: {
    field: required(text('The field. May be a template.')),
    value: anyValue('The value. Texts in it may be templates.'),
    copy_from: text('The field whose value is copied, in place of `value`. May be a template.'),
    override: flag('A field that has a value gets the new one.', true),
    ignore_empty_value: flag('An empty text of a template, and null or an empty text of `copy_from`, change nothing.'),
    media_type: withDefault(oneOf(MEDIA_TYPES, 'How values in templates are escaped.'), 'application/json'),
  },
  compile(options) {
    const fieldOf = compileField(options.field)
    const valueOf = compileSource(options, options.ignore_empty_value)
    return event => {
      if (!options.override && (fieldOf(event).read(event) ?? null) !== null) return
      const value = valueOf(event)
      if (value !== undefined) fieldOf(event).write(event, value)
    }
  },
})
