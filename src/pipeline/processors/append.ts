import { compileField } from '../document/compile-field.ts'
import type { FieldPath } from '../document/field-path.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { isSameValue } from '../document/same-value.ts'
import { copyValue, type List } from '../document/value.ts'
import { defineProcessor } from '../processor/contract.ts'
import { anyValue, flag, oneOf, required, text, withDefault } from '../processor/options.ts'
import { compileSource, MEDIA_TYPES } from './value-source.ts'

export const append = defineProcessor({
  summary: 'Adds values to the end of a list. A single value becomes a list, and a missing field is made.',
  options: {
    field: required(text('The field. May be a template.')),
    value: anyValue('One value, or a list of them. Texts may be templates.'),
    copy_from: text('The field whose value, or values, are added; in place of `value`. May be a template.'),
    allow_duplicates: flag('Values that the list has already are added as well.', true),
    ignore_empty_values: flag('Null and empty texts are not added.'),
    media_type: withDefault(oneOf(MEDIA_TYPES, 'How values in templates are escaped.'), 'application/json'),
  },
  compile(options) {
    const fieldOf = compileField(options.field)
    const valueOf = compileSource(options, options.ignore_empty_values)
    return event => {
      const value = valueOf(event)
      const path = fieldOf(event)
      if (value === undefined) return
      const added = (Array.isArray(value) ? value : [value]).filter(
        element => !options.ignore_empty_values || (element !== null && element !== ''),
      )
      if (added.length > 0 || !options.ignore_empty_values) addTo({ path, event, added, options })
    }
  },
})

interface Addition {
  readonly path: FieldPath
  readonly event: PipelineEvent
  readonly added: List
  readonly options: { readonly allow_duplicates: boolean }
}

function addTo({ path, event, added, options }: Addition): void {
  const old = path.hasInBounds(event) ? path.readRequired(event) : undefined
  const list: List = Array.isArray(old) ? [...old] : old === undefined ? [] : [old]
  const before = list.length
  // A list that is made here has all values.
  const takesAll = options.allow_duplicates || old === undefined
  for (const value of added) {
    if (takesAll || !list.some(known => isSameValue(known, value))) list.push(copyValue(value))
  }
  // Where nothing was added, a single value stays one.
  if (takesAll || list.length > before) path.write(event, list)
}
