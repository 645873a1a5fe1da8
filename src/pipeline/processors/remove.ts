import { compileField, type FieldOf } from '../document/compile-field.ts'
import { FieldPath } from '../document/field-path.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { type Fields, isFields } from '../document/value.ts'
import { defineProcessor, type Step } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { flag, texts } from '../processor/options.ts'

export const remove = defineProcessor({
  summary: 'Removes fields.',
  options: {
    field: texts('The fields. May be templates.'),
    keep: texts('The fields that stay, in place of `field`: all others go. May be templates.'),
    ignore_missing: flag('A field that is missing is not a failure.'),
  },
  compile({ field = [], keep = [], ignore_missing }) {
    if (field.length === 0 && keep.length === 0)
      throw new OptionFault('[keep] or [field] must be specified', { option: 'field' })
    if (field.length > 0 && keep.length > 0)
      throw new OptionFault('[keep] and [field] cannot both be used in the same processor', { option: 'keep' })
    return keep.length > 0
      ? removeOthers(keep.map(compileField))
      : removeFields(field.map(compileField), ignore_missing)
  },
})

function removeFields(fields: readonly FieldOf[], ignoreMissing: boolean): Step {
  return event => {
    for (const fieldOf of fields) {
      const path = fieldOf(event)
      if (!ignoreMissing || path.has(event)) path.remove(event)
    }
  }
}

function removeOthers(kept: readonly FieldOf[]): Step {
  return event => {
    const names = kept.map(fieldOf => fieldOf(event).text)
    const isKept = (path: string): boolean =>
      names.some(name => path === name || name.startsWith(`${path}.`) || path.startsWith(`${name}.`))
    for (const path of listPaths(event.fields, '')) if (!isKept(path)) removeIfPresent(path, event)
  }
}

/** Of objects within objects too, the outer one first; lists are not looked into. */
function listPaths(fields: Fields, prefix: string): readonly string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const path = prefix + name
    return isFields(value) ? [path, ...listPaths(value, `${path}.`)] : [path]
  })
}

/** A name with dots in it is not found by its path, and stays, as in Elasticsearch. */
function removeIfPresent(text: string, event: PipelineEvent): void {
  if (/^\.*$/u.test(text)) return
  const path = new FieldPath(text)
  if (path.has(event)) path.remove(event)
}
