import { DateFault } from '../dates/date-fault.ts'
import { compileDateFormat } from '../dates/date-formats.ts'
import type { ReadDate } from '../dates/date-reader.ts'
import { compileDateWriter, type WriteDate } from '../dates/date-writer.ts'
import type { Instant } from '../dates/parsed-date.ts'
import { findZone, type TimeZone } from '../dates/time-zone.ts'
import { FieldPath } from '../document/field-path.ts'
import { javaTextOf } from '../document/java-names.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { compileTemplate, isTemplate, type Template } from '../document/template.ts'
import { type CompileContext, defineProcessor } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { required, text, texts, withDefault } from '../processor/options.ts'

export const date = defineProcessor({
  summary: 'Reads a time in one of several formats; by default it becomes the time of the event.',
  options: {
    field: required(text('The field with the time.')),
    formats: required(texts('The formats to try, in this order: patterns of Java, or ISO8601, UNIX, UNIX_MS, TAI64N.')),
    target_field: withDefault(text('The field for the time.'), '@timestamp'),
    timezone: text('The zone of times that name none; UTC if not given. May be a template.'),
    locale: withDefault(text('The language of the names of months and days. May be a template.'), 'en'),
    output_format: withDefault(text('The format that is written.'), "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"),
  },
  compile({ field, formats, target_field, timezone, locale, output_format }, context) {
    const path = new FieldPath(field)
    const target = new FieldPath(target_field)
    const zoneOf = compileZone(timezone ?? 'UTC')
    const languageOf = compileLanguage({ formats, output_format, locale })
    return event => {
      const value = path.readRequired(event)
      const subject = typeof value === 'string' ? value : javaTextOf(value)
      const zone = zoneOf(event)
      const language = zone && languageOf(event)
      const found = zone && language && readFirst(subject, language.readers, { zone, nowMs: () => context.nowMs() })
      if (!found) throw new ProcessingFault(`unable to parse date [${subject}]`)
      // As in Elasticsearch: with a zone of its own by name, a time stays in that if any zone is asked for.
      const shown = timezone === undefined ? zone : (found.region ?? zone)
      target.write(event, language.write(found, shown))
    }
  },
})

/** What depends on the locale. */
interface Language {
  readonly readers: readonly ReadDate[]
  readonly write: WriteDate
}

type Of<Result> = (event: Parameters<Template>[0]) => Result | undefined

interface When {
  readonly zone: TimeZone
  nowMs: CompileContext['nowMs']
}

function readFirst(subject: string, readers: readonly ReadDate[], missing: When): Instant | undefined {
  for (const read of readers) {
    const found = read(subject, missing)
    if (found !== undefined) return found
  }
  return undefined
}

/** Undefined where the event names a zone that is not known. */
function compileZone(timezone: string): Of<TimeZone> {
  if (isTemplate(timezone)) return whereKnown(compileTemplate(timezone), findZone)
  const zone = checked('timezone', () => findZone(timezone))
  return () => zone
}

interface Formats {
  readonly formats: readonly string[]
  readonly output_format: string
  readonly locale: string
}

function compileLanguage({ formats, output_format, locale }: Formats): Of<Language> {
  const make = (name: string): Language => ({
    readers: formats.map((format, i) => checked(`formats.${i}`, () => compileDateFormat(format, name))),
    write: checked('output_format', () => compileDateWriter(output_format, name)),
  })
  if (!isTemplate(locale)) {
    const language = make(locale)
    return () => language
  }
  make('en')
  const cache = new Map<string, Language>()
  return whereKnown(compileTemplate(locale), name => {
    const language = cache.get(name) ?? make(name)
    if (cache.size < MAX_LANGUAGES) cache.set(name, language)
    return language
  })
}

const MAX_LANGUAGES = 100

function whereKnown<Result>(template: Template, find: (text: string) => Result): Of<Result> {
  return event => {
    try {
      return find(template(event))
    } catch (error) {
      if (error instanceof DateFault || error instanceof OptionFault) return undefined
      throw error
    }
  }
}

function checked<Result>(option: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof DateFault)) throw error
    throw new OptionFault(error.message, { option, cause: error })
  }
}
