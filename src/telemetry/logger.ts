import { pino } from 'pino'
import type { Log } from './log.ts'
import { describeError } from './error-fields.ts'
import { leadsToJournal } from './journal-stream.ts'
import { formatLogLine } from './log-text.ts'

/** Anything that takes whole lines; `process.stderr` is one. */
export interface LineTarget {
  write(line: string): unknown
  readonly isTTY?: boolean
}

export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  /** `auto`: text on a terminal, JSON lines elsewhere. */
  readonly format: 'auto' | 'json' | 'text'
  /** Begins each line with a syslog priority such as `<6>`, as journald and `logger --prio-prefix` take it. */
  readonly syslog: boolean
  /** Default: standard error, so that standard output is free for results. */
  readonly target?: LineTarget
  /** Each line begins with the priority that systemd's journal looks for there. Default: where standard error leads to it. */
  readonly isJournal?: boolean
  /** Default: the environment; `NO_COLOR` turns colours off. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** A log whose owner can change it; everyone else is handed it as a `Log`. */
export interface Logger extends Log {
  setLevel(level: LoggerOptions['level']): void
  /** From the next line on. */
  setFormat(format: Pick<LoggerOptions, 'format' | 'syslog'>): void
}

const SECRET_NAMES = ['password', 'apiKey', 'bearer', 'token', 'authorization', 'secret']
const SEVERITY: Readonly<Record<string, number>> = { debug: 7, info: 6, warn: 4, error: 3 }
/** Syslog's `daemon`, as logstash-forwarder used it. The journal takes severities alone. */
const FACILITY = 3 << 3

/** The program's log. Secrets are masked by name, whatever a caller puts into its fields. */
export function createLogger(initial: LoggerOptions): Logger {
  const target = initial.target ?? standardError()
  const environment = initial.environment ?? process.env
  const isJournal = initial.isJournal ?? (initial.target === undefined && leadsToJournal(STDERR, environment))
  let options: ShapeOptions = { ...initial, environment, isJournal }
  const logger = pino(
    {
      level: options.level,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      serializers: { error: (error: unknown) => describeError(error), err: (error: unknown) => describeError(error) },
      redact: { paths: SECRET_NAMES.flatMap(name => [name, `*.${name}`, `*.*.${name}`]), censor: '[hidden]' },
    },
    { write: line => void target.write(shapeLine(line, target, options)) },
  )
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    setLevel: level => void (logger.level = level),
    setFormat: format => void (options = { ...options, ...format }),
  }
}

const STDERR = 2

type ShapeOptions = LoggerOptions & Required<Pick<LoggerOptions, 'environment' | 'isJournal'>>

function shapeLine(json: string, target: LineTarget, options: ShapeOptions): string {
  const { format, syslog, isJournal, environment } = options
  const isTerminal = target.isTTY === true
  const isText = format === 'text' || (format === 'auto' && isTerminal)
  const hasPriority = syslog || isJournal
  if (!isText && !hasPriority) return json
  // The first member is the line's own, whatever names its fields have.
  const severity = SEVERITY[/^\{"level":"(\w+)"/u.exec(json)?.[1] ?? ''] ?? 6
  const priority = hasPriority ? `<${isJournal ? severity : FACILITY | severity}>` : ''
  if (!isText) return priority + json
  const record = JSON.parse(json) as Record<string, unknown>
  const hasColour = isTerminal && !environment['NO_COLOR']
  const text = formatLogLine(record, { hasColour, isTerminal, hasTime: !hasPriority })
  return hasPriority ? `${priority}${text.trimEnd().replaceAll(/\n\s*/gu, ' | ')}\n` : text
}

function standardError(): LineTarget {
  // A log that nobody reads any more must not end the program: its lines have nowhere to go, and that is all.
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => {})
  return process.stderr
}
