import { toFieldName } from './field-names.ts'
import { type PluginReading, type WrittenProcessor, toText } from './reading.ts'

/** What every filter and input may do besides: `add_field`, `add_tag`, … . */
export function readDecorations(reading: PluginReading): readonly WrittenProcessor[] {
  reading.ignore('it concerns Logstash itself', ['id', 'enable_metric', 'periodic_flush'])
  const added = reading.entries('add_field').flatMap(([name, value]) => {
    const text = reading.template(toText(value) ?? '', 'add_field')
    const field = reading.template(name, 'add_field')
    return text === undefined || field === undefined ? [] : [addField(toFieldName(field), text)]
  })
  const addedTags = reading.texts('add_tag').flatMap(tag => reading.template(tag, 'add_tag') ?? [])
  const removed = reading.texts('remove_field').map(toFieldName)
  for (const tag of reading.texts('remove_tag'))
    reading.left(`${tag}: a tag cannot be taken out of a list`, 'remove_tag')
  return [
    ...added,
    ...(addedTags.length === 0 ? [] : [addTags(addedTags)]),
    ...(removed.length === 0 ? [] : [{ remove: { field: removed, ignore_missing: true } }]),
  ]
}

/** A tag that is there already is not added again. */
export function addTags(tags: readonly string[]): WrittenProcessor {
  return { append: { field: 'tags', value: tags, allow_duplicates: false } }
}

/** In Logstash a field that exists becomes a list with a second value; here it keeps the one that it has. */
function addField(field: string, value: string): WrittenProcessor {
  return { set: { field, value, override: false } }
}
