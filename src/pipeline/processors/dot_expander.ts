import { FieldPath } from '../document/field-path.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { castFault } from '../document/read-text.ts'
import { type Fields, isFields, memberOf, removeMember } from '../document/value.ts'
import { defineProcessor } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { flag, required, text } from '../processor/options.ts'

export const dot_expander = defineProcessor({
  summary: 'Makes objects of a field whose name has dots in it, so that other processors find it.',
  options: {
    field: required(text('The name with dots, or `*` for all such names.')),
    path: text('The object in which the field is; the document if it is missing.'),
    override: flag('A field that is there already gets the new value; otherwise the values become a list.'),
  },
  compile({ field, path: outer, override }) {
    checkName(field)
    const outerPath = outer === undefined ? undefined : new FieldPath(outer)
    const prefix = outer === undefined ? '' : `${outer}.`
    return event => {
      const fields = outerPath === undefined ? event.fields : readFields(outerPath, event)
      const names = field === '*' ? Object.keys(fields).filter(name => name.indexOf('.') > 0) : [field]
      for (const name of names) if (Object.hasOwn(fields, name)) expand({ event, fields, name, prefix, override })
    }
  },
})

function checkName(field: string): void {
  if (field === '*') return
  if (!field.includes('.'))
    throw new OptionFault('field does not contain a dot and is not a wildcard', { option: 'field' })
  if (field.startsWith('.') || field.endsWith('.'))
    throw new OptionFault("Field can't start or end with a dot", { option: 'field' })
  if (field.includes('..')) throw new OptionFault('No space between dots', { option: 'field' })
}

function readFields(path: FieldPath, event: PipelineEvent): Fields {
  const value = path.readRequired(event)
  if (isFields(value)) return value
  throw value === null
    ? new ProcessingFault(`field [${path.text}] is null, cannot expand names in it.`)
    : castFault(path, value, 'java.util.Map')
}

interface Expansion {
  readonly event: PipelineEvent
  readonly fields: Fields
  readonly name: string
  readonly prefix: string
  readonly override: boolean
}

function expand({ event, fields, name, prefix, override }: Expansion): void {
  const path = new FieldPath(prefix + name)
  const value = memberOf(fields, name) ?? null
  removeMember(fields, name)
  const old = path.read(event)
  if (old === undefined) checkParents(path.text, event)
  if (old === undefined || override) return path.write(event, value)
  const list = Array.isArray(old) ? old : [old]
  path.write(event, [...list, ...(Array.isArray(value) ? value : [value])])
}

/** Each part of the path that is there has to be an object. */
function checkParents(name: string, event: PipelineEvent): void {
  for (let at = name.indexOf('.'); at !== -1; at = name.indexOf('.', at + 1)) {
    const parent = new FieldPath(name.slice(0, at))
    const value = parent.read(event)
    if (value === undefined) return
    if (!isFields(value))
      throw new ProcessingFault(
        `cannot expand [${name}], because [${parent.text}] is not an object field, but a value field`,
      )
  }
}
