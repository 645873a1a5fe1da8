// Regular expressions of a configuration, which are matched with each line in the thread that reads files. V8 has an engine
// that takes linear time, and two flags for it: one makes it check a pattern (flag `l`), the other one makes the usual engine,
// which is many times as fast, give a match over to it after 50,000 steps back. Both are set before the first pattern is read.
import { setFlagsFromString } from 'node:v8'
import { reasonOf } from '../flow/error-reason.ts'
import { writeEitherCase } from './either-case.ts'

const LINEAR_ENGINE = '--enable-experimental-regexp-engine'
const ENGINE_OF_LAST_RESORT = '--enable-experimental-regexp-engine-on-excessive-backtracks'
/** A flag of V8. */
const LINEAR_FLAG: string = 'l'
const IGNORE_CASE = '(?i)'
/** Letters that have a meaning behind a backslash. Others, of other dialects, would be the letters themselves. */
const KNOWN_ESCAPES = new Set('bBcdDfknrsStuvwWx')
const POSIX_CLASS = /\[:\^?[a-z]+:\]/

let isReady = false

/** A pattern that cannot be used. The message has the reason. */
export class PatternError extends Error {
  readonly code = 'bad_pattern'
}

/**
 * Compiles a pattern of JavaScript's dialect, which may begin with `(?i)`. Matching takes linear time. Throws a PatternError for
 * lookahead, back-references, and all else that the linear engine does not take.
 */
export function compileLinePattern(pattern: string): RegExp {
  const isCaseless = pattern.startsWith(IGNORE_CASE)
  const written = isCaseless ? pattern.slice(IGNORE_CASE.length) : pattern
  checkDialect(written)
  prepareEngine()
  compile(written)
  // The linear engine does not take the flag `i`.
  const source = isCaseless ? writeEitherCase(written) : written
  if (!isLinear(source)) throw new PatternError(`it ${explainRefusal(source)}, which cannot be matched in linear time`)
  return compile(source)
}

function prepareEngine(): void {
  if (isReady) return
  if (!isLinear('')) setFlagsFromString(LINEAR_ENGINE) // in a Node that was started by something else
  setFlagsFromString(ENGINE_OF_LAST_RESORT)
  isReady = true
}

function compile(source: string): RegExp {
  try {
    return new RegExp(source)
  } catch (error) {
    throw new PatternError(`it is not a regular expression: ${reasonOf(error).replace(/^.*: /, '')}`)
  }
}

function isLinear(source: string): boolean {
  try {
    return new RegExp(source, LINEAR_FLAG) instanceof RegExp
  } catch {
    return false // it compiles without the flag
  }
}

function checkDialect(source: string): void {
  const [posix] = POSIX_CLASS.exec(source) ?? []
  if (posix !== undefined)
    throw new PatternError(`it has ${posix}, a class of another dialect: write \\s, \\d or [a-z]`)
  for (let at = source.indexOf('\\'); at !== -1; at = source.indexOf('\\', at + 2)) {
    const letter = source[at + 1] ?? ''
    if (/[A-Za-z]/.test(letter) && !KNOWN_ESCAPES.has(letter))
      throw new PatternError(`it has \\${letter}, which has no meaning here`)
  }
  if (/\(\?[a-zA-Z-]+[:)]/.test(source))
    throw new PatternError('it changes its flags: only (?i) at the beginning of the whole pattern is possible')
}

function explainRefusal(source: string): string {
  if (/\(\?[=!]/.test(source)) return 'looks ahead'
  if (/\\(?:[1-9]|k<)/.test(source)) return 'refers back to a group'
  if (/\{\d+(?:,\d*)?\}/.test(source)) return 'has a count of repetitions that is too large'
  return 'has a part'
}
