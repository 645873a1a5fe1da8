// Ready-made ways to join the lines of what programs print beside their log lines: stack traces, dumps, JSON in several lines.
// Each decides by the record so far and the line, and its patterns are matched in linear time.
import { compileLinePattern } from '../../../patterns/line-pattern.ts'
import { createBracketsJoiner } from './brackets.ts'
import type { Joiner } from './joiner.ts'
import type { ReadyMadeName } from '../../../patterns/ready-made-names.ts'
import { beginsWithTimestamp } from './timestamp.ts'

/** The state behind a line, and whether the line belongs to the record before it. A record begins in the state `log`. */
type Rule<State extends string> = (line: string, state: State | 'log') => { state: State | 'log'; isPart: boolean }

/** `rule` sees the first line of a record as well: only its state counts. */
function createRuleJoiner<State extends string>(rule: Rule<State>): Joiner {
  let state: State | 'log' = 'log'
  return {
    begin(line) {
      state = rule(line, 'log').state
      return 'part'
    },
    add(line) {
      const next = rule(line, state)
      state = next.state
      return next.isPart ? 'part' : 'other'
    },
  }
}

function part<State extends string>(state: State): { readonly state: State; readonly isPart: true } {
  return { state, isPart: true }
}

const OTHER = { state: 'log', isPart: false } as const
/** A line of a state that belongs to the line before it unless that one is part of a trace. */
function afterLog<State extends string>(
  before: string,
  state: State,
): { readonly state: State; readonly isPart: boolean } {
  return { state, isPart: before === 'log' }
}

const INDENTED = compileLinePattern('^[ \\t]')
const BLANK = compileLinePattern('^[ \\t]*$')

const JAVA_CAUSE = compileLinePattern('^(?:Caused by|Suppressed|Wrapped by): ')
const JAVA_HEAD = compileLinePattern('^(?:[A-Za-z_$][\\w$]*\\.)+[\\w$]+(?::|$)')
/** The two lines of java.util.logging. */
const JAVA_DATE = compileLinePattern('^[A-Z][a-z]{2} \\d{1,2}, \\d{4} \\d{1,2}:\\d\\d:\\d\\d [AP]M ')
const JAVA_LEVEL = compileLinePattern('^[A-Z]{4,7}: ')

/** Frames and causes; the name of an exception continues the log line before it, but no other trace. */
const java: Rule<'date' | 'trace'> = (line, state) => {
  if (INDENTED.test(line) || JAVA_CAUSE.test(line)) return part('trace')
  if (line === '') return { state, isPart: state === 'trace' }
  if (state === 'date' && JAVA_LEVEL.test(line)) return part('log')
  if (JAVA_DATE.test(line)) return { state: 'date', isPart: false }
  return JAVA_HEAD.test(line) ? afterLog(state, 'trace') : OTHER
}

const PYTHON_HEAD = compileLinePattern('^(?:Exception Group )?Traceback \\(most recent call last\\):')
const PYTHON_FILE = compileLinePattern('^ +File "')
const PYTHON_CHAIN = compileLinePattern(
  '^(?:During handling of the above exception, another exception occurred|The above exception was the direct cause of the following exception):',
)

/** `trace`: up to the line with the exception. `end`: behind it; an empty line, and another trace, may follow. */
const python: Rule<'blank' | 'trace' | 'end' | 'gap' | 'chain'> = (line, state) => {
  if (PYTHON_HEAD.test(line)) return { state: 'trace', isPart: state === 'log' || state === 'chain' }
  if (PYTHON_CHAIN.test(line) && state === 'gap') return part('chain')
  if (BLANK.test(line)) return pythonBlank(line, state)
  if (INDENTED.test(line)) return part(PYTHON_FILE.test(line) ? 'trace' : state)
  return state === 'trace' ? part('end') : OTHER
}

function pythonBlank(line: string, state: Parameters<typeof python>[1]): ReturnType<typeof python> {
  if (state === 'end') return part('gap')
  return state === 'log' || state === 'blank' ? { state: 'blank', isPart: line !== '' } : part(state)
}

const GO_HEAD = compileLinePattern('^(?:panic: |fatal error: |SIG[A-Z]+: )')
const GO_PANIC = compileLinePattern('^(?:.* )?(?:panic: |http: panic serving )')
const GO_GOROUTINE = compileLinePattern('^goroutine \\d+ ')
const GO_LINE = compileLinePattern(
  '^(?:goroutine \\d+ .*:$|\\S+\\(.*\\)$|created by |\\[signal |\\[originating from |runtime stack:$|exit status \\d+$|PC=0x|r\\w+ +0x|[a-z]+ +0x[\\da-f]+$|\\.\\.\\.|panic: )',
)

/** A dump begins with a panic, or with a goroutine behind a log line, and has empty lines. */
const go: Rule<'dump'> = (line, state) => {
  if (state === 'dump' && (line === '' || INDENTED.test(line) || GO_LINE.test(line))) return part('dump')
  if (GO_HEAD.test(line)) return { state: 'dump', isPart: false }
  if (GO_GOROUTINE.test(line)) return part('dump')
  if (INDENTED.test(line)) return part(state)
  return GO_PANIC.test(line) ? { state: 'dump', isPart: false } : OTHER
}

const RUBY_HEAD = compileLinePattern("^.+:\\d+:in [`'].*: ")
const RUBY_FRAME = compileLinePattern("^.+:\\d+:in [`'].*'$")
const RUBY_FROM = compileLinePattern('^[ \\t]+(?:from |\\d+: from )')
const RUBY_CLASS = compileLinePattern('^[A-Z]\\w*(?:::[A-Z]\\w*)* \\(.*\\):?$')

/**
 * `head`: behind the message, which may show the code behind an empty line. `frames`: behind a frame of a log line; `from`:
 * behind one of an exception, whose cause follows without an indent.
 */
const ruby: Rule<'head' | 'code' | 'frames' | 'from'> = (line, state) => {
  if (state === 'code') return part('head')
  if (RUBY_FROM.test(line)) return part('from')
  if (RUBY_FRAME.test(line)) return part('frames')
  if (RUBY_HEAD.test(line)) return { state: 'head', isPart: state === 'from' }
  if (INDENTED.test(line)) return part(state)
  if (line === '') return state === 'head' ? part('code') : OTHER
  return RUBY_CLASS.test(line) && state === 'log' ? part('log') : OTHER
}

const NODE_PLACE = compileLinePattern('^(?:file:/|/|node:|[A-Za-z]:\\\\).*:\\d+$')
const NODE_FRAME = compileLinePattern('^ +at ')
const NODE_HEAD = compileLinePattern('^(?:Uncaught )?[\\w$.]*(?:Error|Exception|Warning|Rejection)\\b')
const NODE_CARET = compileLinePattern('^[ \\t]*\\^+$')
const NODE_CLOSE = compileLinePattern('^[\\]})]')

/** `place`, `code`, `gap`: Node prints the place and the code, and an empty line, before an error. `error`: behind its name. */
const node: Rule<'place' | 'code' | 'gap' | 'error'> = (line, state) => {
  if (state === 'place') return part('code')
  if (state === 'gap') return part('error')
  if (state === 'code' && NODE_CARET.test(line)) return part('code')
  if (NODE_PLACE.test(line)) return { state: 'place', isPart: false }
  if (line === '') return state === 'log' ? OTHER : part(state === 'code' ? 'gap' : 'error')
  if (INDENTED.test(line)) return part(NODE_FRAME.test(line) ? 'error' : state)
  if (state === 'error' && (NODE_CLOSE.test(line) || line.startsWith('Node.js v'))) return part('error')
  return NODE_HEAD.test(line) ? { state: 'error', isPart: false } : OTHER
}

const PHP_FRAME = compileLinePattern('^(?:#\\d+ |Stack trace:$|PHP Stack trace:$|PHP +\\d+\\. )')
const PHP_NEXT = compileLinePattern('^Next \\S+')

/** `gap`: behind an empty line, another exception may follow. */
const php: Rule<'trace' | 'gap'> = (line, state) => {
  if (PHP_FRAME.test(line)) return part('trace')
  if (INDENTED.test(line)) return part(state)
  if (line === '') return state === 'trace' ? part('gap') : OTHER
  return PHP_NEXT.test(line) && state === 'gap' ? part('trace') : OTHER
}

const indented: Rule<'log'> = line => (INDENTED.test(line) ? part('log') : OTHER)
const timestamp: Rule<'log'> = line => (beginsWithTimestamp(line) ? OTHER : part('log'))

export function createReadyMadeJoiner(name: ReadyMadeName): Joiner {
  switch (name) {
    case 'java':
      return createRuleJoiner(java)
    case 'python':
      return createRuleJoiner(python)
    case 'go':
      return createRuleJoiner(go)
    case 'ruby':
      return createRuleJoiner(ruby)
    case 'node':
      return createRuleJoiner(node)
    case 'php':
      return createRuleJoiner(php)
    case 'indented':
      return createRuleJoiner(indented)
    case 'timestamp':
      return createRuleJoiner(timestamp)
    case 'brackets':
      return createBracketsJoiner()
  }
}
