import { FieldPath } from '../document/field-path.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { readText } from '../document/read-text.ts'
import { defineProcessor } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { anyValue, flag, required, text, texts, withDefault } from '../processor/options.ts'
import { CsvFault, type CsvForm, readCsv } from '../values/csv-values.ts'

export const csv = defineProcessor({
  summary: 'Makes fields of a line of comma-separated values.',
  options: {
    field: required(text('The field with the line.')),
    target_fields: required(texts('The fields for the values, in their order.')),
    separator: withDefault(text('One character between values.'), ','),
    quote: withDefault(text('One character around values that have separators.'), '"'),
    trim: flag('Blanks and tabs around values do not count.'),
    empty_value: anyValue('The value for empty fields, which are left out otherwise.'),
    ignore_missing: flag('An event without the field passes unchanged.'),
  },
  compile(options) {
    const { target_fields, separator, quote, empty_value, ignore_missing } = options
    if (target_fields.length === 0)
      throw new OptionFault("target fields list can't be empty", { option: 'target_fields' })
    checkCharacter(separator, 'separator', 'separator has to be single character like , or ;')
    checkCharacter(quote, 'quote', 'quote has to be single character like " or \'')
    const path = new FieldPath(options.field)
    const targets = target_fields.map(name => new FieldPath(name))
    const form = { separator, quote, isTrimmed: options.trim }
    return event => {
      const line = readText(path, event, ignore_missing)
      if (line === undefined) return
      let i = 0
      // One by one: Elasticsearch writes the values before a fault.
      for (const value of valuesOf(line, form, targets.length)) {
        const filled = value === '' ? empty_value : value
        if (filled !== undefined && filled !== null) targets[i]?.write(event, filled)
        i += 1
      }
    }
  },
})

function checkCharacter(character: string, option: string, message: string): void {
  if (character.length !== 1) throw new OptionFault(message, { option })
}

function* valuesOf(line: string, form: CsvForm, limit: number): Generator<string> {
  try {
    yield* readCsv(line, form, limit)
  } catch (error) {
    if (error instanceof CsvFault) throw new ProcessingFault(error.message, { cause: error })
    throw error
  }
}
