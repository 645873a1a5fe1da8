// Lines of JSON: the members that the Elastic Common Schema has get its names; others stay under the name of the format.
import type { WrittenProcessor } from './format.ts'
import { dateOf, move, tryGrok, when, withOptions } from './steps.ts'

/** Where a format's members become fields, by their names. */
export interface JsonNames {
  /** The object of the members that have no name in the schema. */
  readonly object: string
  /** The member with the time, and its formats. */
  readonly time: string
  readonly timeFormats: readonly string[]
  /** From a member to a field. */
  readonly moved: Readonly<Record<string, string>>
}

export function jsonSteps(names: JsonNames): readonly WrittenProcessor[] {
  const time = `${names.object}.${names.time}`
  return [
    { json: { field: 'message', target_field: names.object } },
    ...timeSteps(time, names.timeFormats),
    ...Object.entries(names.moved).map(([member, field]) => move(`${names.object}.${member}`, field)),
  ]
}

/** A line without a time keeps that of its reading, and a time that cannot be read stays, as text, under another name. */
function timeSteps(field: string, formats: readonly string[]): readonly WrittenProcessor[] {
  const present = `ctx${field
    .split('.')
    .map(name => `['${name}']`)
    .join('')} != null`
  const kept = withOptions(move(field, `${field}_text`), { ignore_failure: true })
  return [
    when(present, withOptions(dateOf(field, formats), { on_failure: [kept] })),
    { remove: { field, ignore_missing: true } },
  ]
}

/** `server.go:15` is a file and a line. */
export function callerSteps(field: string): readonly WrittenProcessor[] {
  const place = tryGrok(field, '(?<log.origin.file.name>.*):%{NUMBERS:log.origin.file.line:long}')
  return [withOptions(place, { ignore_missing: true }), { remove: { field, ignore_missing: true } }]
}

/** zap, and programs that use it, such as etcd. */
export function zapSteps(object: string): readonly WrittenProcessor[] {
  const steps = jsonSteps({
    object,
    time: 'ts',
    timeFormats: ['ISO8601', 'UNIX'],
    moved: {
      level: 'log.level',
      msg: 'message',
      logger: 'log.logger',
      error: 'error.message',
      stacktrace: 'error.stack_trace',
    },
  })
  return [...steps, ...callerSteps(`${object}.caller`)]
}
