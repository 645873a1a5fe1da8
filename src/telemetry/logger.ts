import { pino } from 'pino'
import type { Log } from './log.ts'
import { describeError } from './error-fields.ts'
import { leadsToJournal } from './detect-systemd-journal.ts'
import { formatLogLine } from './log-text.ts'

/** Takes whole lines; `process.stderr` is one. */
export interface LineTarget {
  write(line: string): unknown
  readonly isTTY?: boolean
}

export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  /** `auto`: text on a terminal, JSON lines elsewhere. */
  readonly format: 'auto' | 'json' | 'text'
  /** Begins each line with a syslog priority such as `<6>`, for journald and `logger --prio-prefix`. */
  readonly syslog: boolean
  /** Default: standard error, since standard output is for results. */
  readonly target?: LineTarget
  /** Begins each line with a priority for systemd's journal. Default: if standard error leads there. */
  readonly isJournal?: boolean
  /** `NO_COLOR` turns colours off. Default: the environment of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** A log that its owner can change; all others get it as a `Log`. */
export interface Logger extends Log {
  setLevel(level: LoggerOptions['level']): void
  /** Applies from the next line on. */
  setFormat(format: Pick<LoggerOptions, 'format' | 'syslog'>): void
}

const SECRET_NAMES = ['password', 'apiKey', 'bearer', 'token', 'authorization', 'secret']
const SEVERITY: Readonly<Record<string, number>> = { debug: 7, info: 6, warn: 4, error: 3 }
/** The facility `daemon` of syslog, as in logstash-forwarder. The journal takes severities only. */
const FACILITY = 3 << 3

/** Creates the program's log. Fields with the name of a secret are masked, in every line. */
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
      serializers: { error: (error: unknown) => describeError(error) },
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
  // The first member is the level of the line, even if a field has that name too.
  const severity = SEVERITY[/^\{"level":"(\w+)"/u.exec(json)?.[1] ?? ''] ?? 6
  const priority = hasPriority ? `<${isJournal ? severity : FACILITY | severity}>` : ''
  if (!isText) return priority + json
  const record = JSON.parse(json) as Record<string, unknown>
  const hasColour = isTerminal && !environment['NO_COLOR']
  const text = formatLogLine(record, { hasColour, isTerminal, hasTime: !hasPriority })
  return hasPriority ? `${priority}${text.trimEnd().replaceAll(/\n\s*/gu, ' | ')}\n` : text
}

function standardError(): LineTarget {
  // A log without a reader must not end the program: its lines are dropped.
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => {})
  return process.stderr
}
