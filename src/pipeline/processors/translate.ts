import { javaTextOf } from '../document/java-names.ts'
import { FieldPath } from '../document/field-path.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { castFault } from '../document/read-text.ts'
import { type Value, copyValue, isFields } from '../document/value.ts'
import { type CompileContext, defineProcessor } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { anyValue, flag, oneOf, required, text, valueMap } from '../processor/options.ts'
import {
  DICTIONARY_FORMATS,
  type Dictionary,
  type DictionaryFormat,
  formatOfName,
  parseDictionary,
} from '../values/dictionary.ts'

export const translate = defineProcessor({
  summary: 'Replaces a value by that of a dictionary, such as a number by a name. Elasticsearch does not have it.',
  options: {
    field: required(text('The field with the key: text, a number or a boolean.')),
    target_field: text('The field for the value; the default is `field`.'),
    dictionary: valueMap('The values by their keys.'),
    dictionary_path: text('A file with them instead, which is read again after it changed.'),
    dictionary_format: oneOf(
      DICTIONARY_FORMATS,
      'The format of the file, if its name does not tell: two columns of `csv`, an object in `json` or `yaml`, or ' +
        '`passwd` for passwd(5) and group(5), from the number to the name.',
    ),
    fallback: anyValue('The value for keys that the dictionary does not have; without it they change nothing.'),
    override: flag('A target field that exists already is replaced; `field` itself always is.', true),
    ignore_missing: flag('An event without the field passes unchanged.'),
  },
  compile(options, context) {
    const { field, target_field = field, fallback, override, ignore_missing } = options
    const source = new FieldPath(field)
    const target = new FieldPath(target_field)
    const dictionary = openDictionary(options, context)
    return event => {
      const key = ignore_missing ? (source.read(event) ?? null) : source.readRequired(event)
      if (key === null && ignore_missing) return
      if (key === null) throw new ProcessingFault(`field [${field}] is null, cannot process it.`)
      if (typeof key === 'object' && (isFields(key) || Array.isArray(key)))
        throw castFault(source, key, 'java.lang.String')
      const value = dictionary.current.get(javaTextOf(key)) ?? fallback
      if (value === undefined || (!override && field !== target_field && target.has(event))) return
      target.write(event, copyValue(value))
    }
  },
})

interface DictionaryOptions {
  readonly dictionary: Readonly<Record<string, Value>> | undefined
  readonly dictionary_path: string | undefined
  readonly dictionary_format: DictionaryFormat | undefined
}

function openDictionary(options: DictionaryOptions, context: CompileContext): { readonly current: Dictionary } {
  const { dictionary, dictionary_path: path } = options
  if ((dictionary === undefined) === (path === undefined))
    throw new OptionFault('exactly one of [dictionary] and [dictionary_path] is needed', { option: 'dictionary' })
  if (path === undefined) return { current: new Map(Object.entries(dictionary ?? {})) }
  const format = options.dictionary_format ?? formatOfName(path)
  if (format !== undefined) return context.openFile(path, bytes => parseDictionary(format, bytes))
  throw new OptionFault(`[dictionary_format] is needed, since the name [${path}] does not tell the format`, {
    option: 'dictionary_format',
  })
}
