// The processors of which formats consist, and the patterns that their groks share.
import type { FormatOptions, WrittenProcessor } from './format.ts'

/** Linear, and without a choice between two ways to read the same text. */
export const DEFINITIONS: Readonly<Record<string, string>> = {
  ALL: String.raw`[\s\S]*`,
  LINE: String.raw`[^\n]*`,
  TOKEN: '[^ ]+',
  /** Between quotes; a backslash quotes the next character. */
  QUOTED: String.raw`[^"\\]*(?:\\.[^"\\]*)*`,
  BRACKETED: String.raw`[^\[\]]*`,
  REQUEST_TARGET: '(?:%{TARGET_PATH:url.path}(?:[?]%{TARGET_QUERY:url.query})?|[^ "]+)',
  TARGET_PATH: '/[^ ?"]*',
  TARGET_QUERY: '[^ "]*',
  USER_TEXT: String.raw`[^\[\n]+`,
  METHOD: '[A-Za-z_-]+',
  VERSION: '[0-9.]+',
  LOGGER: String.raw`[\w.$\-/]+`,
  NUMBERS: '[0-9]+',
  DECIMAL: '-?[0-9]+(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?',
}

/** `METHOD target HTTP/1.1`; some servers write the space behind the target without a version. */
export const REQUEST =
  '%{METHOD:http.request.method} %{REQUEST_TARGET:url.original}(?: HTTP/%{VERSION:http.version}| )?'

/** The patterns are anchored at both ends. */
export function grok(field: string, ...patterns: readonly string[]): WrittenProcessor {
  return grokWith({}, field, ...patterns)
}

export function grokWith(
  definitions: Readonly<Record<string, string>>,
  field: string,
  ...patterns: readonly string[]
): WrittenProcessor {
  const anchored = patterns.map(pattern => String.raw`\A${pattern}\z`)
  return { grok: { field, patterns: anchored, pattern_definitions: { ...DEFINITIONS, ...definitions } } }
}

/** For texts that may be of another form: then nothing changes. */
export function tryGrok(field: string, ...patterns: readonly string[]): WrittenProcessor {
  return withOptions(grok(field, ...patterns), { ignore_failure: true })
}

/** `@timestamp` from `_parsed.time`; `options` for times that have no zone. */
export function date(formats: readonly string[], options?: FormatOptions): WrittenProcessor {
  return dateOf('_parsed.time', formats, options)
}

export function dateOf(field: string, formats: readonly string[], options?: FormatOptions): WrittenProcessor {
  return { date: { field, formats, ...(options && { timezone: options.timezone }) } }
}

/** The name of a host is no IP address: then there is `source.address` alone. */
export const sourceIp: WrittenProcessor = {
  grok: {
    field: 'source.address',
    patterns: [String.raw`\A%{IP:source.ip}\z`],
    ignore_missing: true,
    ignore_failure: true,
  },
}

export const userAgent: WrittenProcessor = { user_agent: { field: 'user_agent.original', ignore_missing: true } }

/** `event.outcome` by the status of the answer. */
export const httpOutcome: readonly WrittenProcessor[] = [
  { set: { field: 'event.outcome', value: 'success', if: 'ctx.http?.response?.status_code < 400' } },
  { set: { field: 'event.outcome', value: 'failure', if: 'ctx.http?.response?.status_code >= 400' } },
]

export const lowercaseLevel: WrittenProcessor = { lowercase: { field: 'log.level', ignore_missing: true } }

/** Moves what is there, over what was there. */
export function move(field: string, target: string): WrittenProcessor {
  return { rename: { field, target_field: target, ignore_missing: true, override: true } }
}

export function translate(field: string, dictionary: Readonly<Record<string, unknown>>): WrittenProcessor {
  return { translate: { field, dictionary, ignore_missing: true } }
}

export function withOptions(processor: WrittenProcessor, options: Readonly<Record<string, unknown>>): WrittenProcessor {
  return Object.fromEntries(Object.entries(processor).map(([name, written]) => [name, { ...written, ...options }]))
}

export function when(condition: string, processor: WrittenProcessor): WrittenProcessor {
  return withOptions(processor, { if: condition })
}
