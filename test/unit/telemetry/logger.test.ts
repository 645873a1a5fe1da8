import test from 'ava'
import { createSecret } from '../../../src/config/values/secret.ts'
import { createLogger, type LoggerOptions } from '../../../src/telemetry/logger.ts'

function makeLog(options: Partial<LoggerOptions> & { readonly isTTY?: boolean } = {}) {
  const lines: string[] = []
  const target = { write: (line: string) => lines.push(line), ...(options.isTTY && { isTTY: true }) }
  const log = createLogger({ level: 'info', format: 'auto', syslog: false, target, environment: {}, ...options })
  const record = () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>
  return { log, lines, record }
}

test('a log line that does not go to a terminal is one JSON object with level, time and message', t => {
  const { log, lines, record } = makeLog()
  log.warn({ path: '/a', count: 3 }, 'something happened')
  t.is(lines.length, 1)
  t.like(record(), { level: 'warn', path: '/a', count: 3, message: 'something happened' })
  t.regex(String(record()['time']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/u)
})

test('lines below the log level are not written', t => {
  const { log, lines } = makeLog({ level: 'warn' })
  log.info({}, 'no')
  log.debug({}, 'no')
  log.error({}, 'yes')
  t.is(lines.length, 1)
})

test('a changed log level or format applies from the next line on', t => {
  const { log, lines } = makeLog({ level: 'error' })
  log.info({}, 'too early')
  log.setLevel('info')
  log.info({}, 'in time')
  log.setFormat({ format: 'text', syslog: true })
  log.setLevel('debug')
  log.debug({ count: 2 }, 'as text')
  t.is(lines.length, 2)
  t.regex(lines[0] ?? '', /^\{.*"in time"/u)
  t.regex(lines[1] ?? '', /^<31>[^{]*as text/u)
  log.setLevel('warn')
  log.info({}, 'too late')
  t.is(lines.length, 2)
})

test('a logged error has message, code and causes, and a stack only without a code', t => {
  const { log, record } = makeLog()
  const cause = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' })
  log.error({ error: Object.assign(new Error('no collector', { cause }), { code: 'LINK' }) }, 'x')
  t.deepEqual(record()['error'], {
    message: 'no collector',
    code: 'LINK',
    cause: { message: 'connection refused', code: 'ECONNREFUSED' },
  })
  log.error({ error: new TypeError('oops') }, 'x')
  t.regex((record()['error'] as { stack: string }).stack, /logger\.test\.ts/u)
})

test('a logged error with circular causes ends', t => {
  const { log, lines } = makeLog()
  const error = new Error('round')
  error.cause = error
  log.error({ error }, 'x')
  t.is(lines.length, 1)
})

test('secrets in log fields are masked, by their name or by their kind', t => {
  const { log, lines } = makeLog()
  log.info({ password: 'hunter2', auth: { apiKey: 'hunter2' }, a: { b: { token: 'hunter2' } } }, 'x')
  log.info({ any: createSecret('hunter2') }, 'x')
  t.notRegex(lines.join(''), /hunter2/u)
  t.regex(lines.join(''), /\[hidden\]/u)
})

test('a log line as text has level, message and fields', t => {
  const { log, lines } = makeLog({ format: 'text' })
  log.info({ path: '/a b', count: 1 }, 'following')
  t.regex(lines[0] ?? '', /^\d{4}-\S+Z info {2}following path="\/a b" count=1\n$/u)
})

test('a log line on a terminal has a short time, and colours unless NO_COLOR is set', t => {
  const coloured = makeLog({ isTTY: true })
  coloured.log.warn({}, 'x')
  t.true(coloured.lines[0]?.includes('\u001B[33mwarn'))
  const plain = makeLog({ isTTY: true, environment: { NO_COLOR: '1' } })
  plain.log.warn({}, 'x')
  t.regex(plain.lines[0] ?? '', /^\d\d:\d\d:\d\d\.\d{3} warn {2}x\n$/u)
})

test('text from outside can neither control a terminal nor forge a log line', t => {
  const { log, lines } = makeLog({ format: 'text' })
  log.info({ path: '/a\u001B[2Jb\nerror forged' }, 'x')
  t.is(lines[0]?.split('\n').length, 2)
  t.false(lines[0]?.includes('\u001B'))
})

test('a log line for syslog begins with its priority and is a single line', t => {
  const json = makeLog({ syslog: true })
  json.log.warn({ a: 1 }, 'x')
  t.regex(json.lines[0] ?? '', /^<28>\{"level":"warn"/u)
  const text = makeLog({ syslog: true, format: 'text' })
  text.log.error({ error: new Error('with a stack') }, 'x')
  t.regex(text.lines[0] ?? '', /^<27>error x error="with a stack" \| at .*\n$/u)
})

test('a log line for the journal begins with its severity, at each level and after each change of the format', t => {
  const { log, lines } = makeLog({ isJournal: true, level: 'debug' })
  for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level]({ level: 'fake', text: 'a\nb' }, 'said')
  t.deepEqual(
    lines.map(line => line.slice(0, 4)),
    ['<7>{', '<6>{', '<4>{', '<3>{'],
  )
  for (const line of lines) t.is(line.indexOf('\n'), line.length - 1, 'one line, one record')
  log.setLevel('error')
  log.warn({}, 'too late')
  t.is(lines.length, 4)
})

test('text and syslog lines for the journal begin with the severity only and stay single lines', t => {
  const { log, lines } = makeLog({ isJournal: true, format: 'text', syslog: true })
  log.error({ error: new TypeError('oops') }, 'broken')
  t.regex(lines[0] ?? '', /^<3>error broken [^\n]*\n$/u)
})
