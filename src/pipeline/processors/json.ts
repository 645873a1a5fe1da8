import { FieldPath, isMetadata } from '../document/field-path.ts'
import { javaTextOf } from '../document/java-names.ts'
import { parseJson } from '../document/json.ts'
import { measureJson } from '../document/json-shape.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { Double, type Fields, isFields, memberOf, putMember, type Value } from '../document/value.ts'
import { defineProcessor } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { flag, oneOf, required, text } from '../processor/options.ts'

/** Of one text: more would be more than a store takes for a document. */
const MAX_VALUES = 100_000

export const json = defineProcessor({
  summary: 'Makes fields of a text of JSON.',
  options: {
    field: required(text('The field with the text.')),
    target_field: text('The field for the result; `field` if it is missing.'),
    add_to_root: flag('The members of the object become fields of the document.'),
    add_to_root_conflict_strategy: oneOf(
      ['replace', 'merge'],
      'Fields that are there already are replaced, which is the default, or objects are merged.',
    ),
    allow_duplicate_keys: flag('An object may have two members of one name, of which the last one counts.'),
    strict_json_parsing: flag('Text behind the first value is a failure.', true),
  },
  compile(options) {
    checkTogether(options)
    const { field, target_field, add_to_root, add_to_root_conflict_strategy: strategy } = options
    const parse = (value: Value): Value =>
      parseValue(value, { allowsDuplicates: options.allow_duplicate_keys, isStrict: options.strict_json_parsing })
    if (add_to_root)
      return event => addToRoot(event, parse(memberOf(event.fields, field) ?? null), strategy === 'merge')
    const path = new FieldPath(field)
    const target = target_field === undefined ? path : new FieldPath(target_field)
    return event => target.write(event, parse(path.readRequired(event)))
  },
})

function checkTogether(options: {
  readonly target_field: string | undefined
  readonly add_to_root: boolean
  readonly add_to_root_conflict_strategy: string | undefined
}): void {
  if (options.add_to_root && options.target_field !== undefined)
    throw new OptionFault('Cannot set a target field while also setting `add_to_root` to true', {
      option: 'target_field',
    })
  if (!options.add_to_root && options.add_to_root_conflict_strategy !== undefined)
    throw new OptionFault('Cannot set `add_to_root_conflict_strategy` if `add_to_root` is false', {
      option: 'add_to_root_conflict_strategy',
    })
}

interface Strictness {
  readonly allowsDuplicates: boolean
  readonly isStrict: boolean
}

/** An empty text is null, as in Elasticsearch. */
function parseValue(value: Value, { allowsDuplicates, isStrict }: Strictness): Value {
  const written = javaTextOf(value)
  const { members, values, end } = measureJson(written)
  if (values > MAX_VALUES) throw new ProcessingFault(`the JSON has more than ${MAX_VALUES} values`)
  if (/^[ \n\t\r]*$/u.test(written)) return null
  const parsed = parseJson(isStrict ? written : written.slice(0, end))
  if (!allowsDuplicates && members > 1 && countMembers(parsed) < members)
    throw new ProcessingFault('the JSON has an object with two members of one name')
  return parsed
}

function countMembers(value: Value): number {
  if (typeof value !== 'object' || value === null || value instanceof Double) return 0
  const children = Array.isArray(value) ? value : Object.values(value)
  let count = Array.isArray(value) ? 0 : children.length
  for (const child of children) count += countMembers(child)
  return count
}

function addToRoot(event: PipelineEvent, value: Value, isMerged: boolean): void {
  if (!isFields(value)) throw new ProcessingFault('cannot add non-map fields to root of document')
  // Text of an event does not choose where it is stored.
  const metadata = Object.keys(value).find(isMetadata)
  if (metadata !== undefined) throw new ProcessingFault(`the JSON has a member [${metadata}], which is metadata`)
  event.isChanged = true
  if (isMerged) merge(event.fields, value)
  else for (const [name, member] of Object.entries(value)) putMember(event.fields, name, member)
}

function merge(target: Fields, from: Fields): void {
  for (const [name, member] of Object.entries(from)) {
    const old = memberOf(target, name)
    if (isFields(old) && isFields(member)) merge(old, member)
    else putMember(target, name, member)
  }
}
