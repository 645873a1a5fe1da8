// The names of months, days of the week and halves of the day, as a locale has them.
import { DateFault } from './date-fault.ts'

export type NameWidth = 'short' | 'long' | 'narrow'

export interface DateNames {
  /** January first. */
  months(width: NameWidth, isAlone: boolean): readonly string[]
  /** Monday first. */
  weekdays(width: NameWidth, isAlone: boolean): readonly string[]
  readonly halves: readonly string[]
}

const cache = new Map<string, DateNames>()

/** `en`, `de-DE`, `de_DE`. Throws a DateFault where there is no such locale. */
export function namesOf(locale: string): DateNames {
  const known = cache.get(locale)
  if (known !== undefined) return known
  const names = makeNames(findLocale(locale))
  if (cache.size < 1000) cache.set(locale, names)
  return names
}

function findLocale(locale: string): string {
  try {
    const [found] = Intl.DateTimeFormat.supportedLocalesOf(locale.replaceAll('_', '-'))
    if (found !== undefined) return found
  } catch (error) {
    throw new DateFault(`[${locale}] is not a locale`, { cause: error })
  }
  throw new DateFault(`there is no locale [${locale}]`)
}

function makeNames(locale: string): DateNames {
  const part = (type: string, options: Intl.DateTimeFormatOptions, day: number): string => {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC', calendar: 'gregory' })
    return format.formatToParts(day).find(found => found.type === type)?.value ?? ''
  }
  return {
    // With a day beside it, a name has the form that it has in a date: `2 января`, and `январь` alone.
    months: memoize((width, isAlone) =>
      Array.from({ length: 12 }, (_, month) => {
        const beside: Intl.DateTimeFormatOptions = isAlone ? {} : { day: 'numeric' }
        return part('month', { month: width, ...beside }, Date.UTC(2026, month, 2))
      }),
    ),
    weekdays: memoize((width, isAlone) =>
      Array.from({ length: 7 }, (_, day) => {
        const beside: Intl.DateTimeFormatOptions = isAlone ? {} : { day: 'numeric', month: 'long' }
        return part('weekday', { weekday: width, ...beside }, Date.UTC(2026, 5, 1 + day))
      }),
    ),
    halves: [1, 13].map(hour => part('dayPeriod', { hour: 'numeric', hour12: true }, Date.UTC(2026, 0, 1, hour))),
  }
}

function memoize(
  make: (width: NameWidth, isAlone: boolean) => readonly string[],
): (width: NameWidth, isAlone: boolean) => readonly string[] {
  const made = new Map<string, readonly string[]>()
  return (width, isAlone) => {
    const key = `${width}${isAlone}`
    const names = made.get(key) ?? make(width, isAlone)
    made.set(key, names)
    return names
  }
}
