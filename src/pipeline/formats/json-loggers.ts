// Loggers that write JSON, one object a line. Members without a name in the Elastic Common Schema stay under the name of
// the format, as `pino.req.id`, so that two programs never disagree about the type of a field.
import type { Format } from './format.ts'
import { callerSteps, jsonSteps, type JsonNames, zapSteps } from './json-steps.ts'
import { lowercaseLevel, translate } from './steps.ts'
import type { WrittenProcessor } from './format.ts'

/** pino's and bunyan's numbers. */
const LEVELS = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' }

interface JsonLogger extends Omit<JsonNames, 'object'> {
  readonly name: string
  readonly title: string
  readonly looks: RegExp
  readonly example: string
  readonly further?: readonly WrittenProcessor[]
}

function jsonLogger({ name, title, looks, example, further = [], ...names }: JsonLogger): Format {
  const processors = [...jsonSteps({ object: name, ...names }), ...further]
  return {
    name,
    title,
    examples: [example],
    variants: [{ dataset: `${name}.log`, looks, fields: { event: { kind: 'event' } }, processors: () => processors }],
  }
}

export const pino = jsonLogger({
  name: 'pino',
  title: 'pino (Node.js)',
  looks: /^\{"level":(?:\d+|"[a-z]+"),"time":(?:\d|")/u,
  example:
    '{"level":50,"time":1796073885123,"pid":812,"hostname":"web1","err":{"type":"Error","message":"boom","stack":"Error: boom\\n    at main (/srv/app.js:1:1)"},"msg":"cannot pay"}',
  time: 'time',
  timeFormats: ['UNIX_MS', 'ISO8601'],
  moved: {
    level: 'log.level',
    msg: 'message',
    pid: 'process.pid',
    hostname: 'host.hostname',
    name: 'log.logger',
    'err.type': 'error.type',
    'err.message': 'error.message',
    'err.stack': 'error.stack_trace',
    'req.method': 'http.request.method',
    'req.url': 'url.original',
    'req.id': 'http.request.id',
    'res.statusCode': 'http.response.status_code',
  },
  further: [translate('log.level', LEVELS)],
})

export const bunyan = jsonLogger({
  name: 'bunyan',
  title: 'bunyan (Node.js)',
  looks: /^\{"name":"[^\n]*"level":\d+,[^\n]*"v":\d+\}\s*$/u,
  example:
    '{"name":"shop","hostname":"web1","pid":812,"level":30,"msg":"paid","time":"2026-11-29T21:24:45.123Z","v":0}',
  time: 'time',
  timeFormats: ['ISO8601'],
  moved: {
    level: 'log.level',
    msg: 'message',
    pid: 'process.pid',
    hostname: 'host.hostname',
    name: 'log.logger',
    'err.name': 'error.type',
    'err.message': 'error.message',
    'err.stack': 'error.stack_trace',
  },
  further: [translate('log.level', LEVELS)],
})

export const winston = jsonLogger({
  name: 'winston',
  title: 'winston (Node.js), with its JSON format',
  looks: /^\{(?:[^\n]*,)?"level":"[a-z]+","message":"/u,
  example:
    '{"level":"error","message":"cannot pay","stack":"Error: boom\\n    at main (/srv/app.js:1:1)","timestamp":"2026-11-29T21:24:45.123Z"}',
  time: 'timestamp',
  timeFormats: ['ISO8601', 'yyyy-MM-dd HH:mm:ss'],
  moved: { level: 'log.level', message: 'message', label: 'log.logger', stack: 'error.stack_trace' },
})

export const zerolog = jsonLogger({
  name: 'zerolog',
  title: 'zerolog (Go)',
  looks: /^\{"level":"[a-z]+",(?![^\n]*"msg":)(?:[^\n]*,)?"time":(?:"|\d)/u,
  example: '{"level":"error","error":"boom","time":"2026-11-29T21:24:45Z","message":"cannot pay"}',
  time: 'time',
  timeFormats: ['ISO8601', 'UNIX', 'UNIX_MS'],
  moved: { level: 'log.level', message: 'message', error: 'error.message' },
  further: callerSteps('zerolog.caller'),
})

export const logrus = jsonLogger({
  name: 'logrus',
  title: 'logrus (Go), with its JSON format',
  looks: /^\{(?:[^\n]*,)?"level":"[a-z]+","msg":"[^\n]*"time":"[^"]+"\}\s*$/u,
  example: '{"error":"boom","level":"error","msg":"cannot pay","time":"2026-11-29T21:24:45Z"}',
  time: 'time',
  timeFormats: ['ISO8601'],
  moved: { level: 'log.level', msg: 'message', error: 'error.message', func: 'log.origin.function' },
  further: callerSteps('logrus.file'),
})

export const zap: Format = {
  name: 'zap',
  title: 'zap (Go), with its production configuration',
  examples: [
    '{"level":"error","ts":1796073885.123,"caller":"shop/pay.go:15","msg":"cannot pay","error":"boom","stacktrace":"main.main\\n\\t/srv/shop/pay.go:15"}',
  ],
  variants: [
    {
      dataset: 'zap.log',
      looks: /^\{"level":"[a-z]+","ts":(?:\d|")/u,
      fields: { event: { kind: 'event' } },
      processors: () => zapSteps('zap'),
    },
  ],
}

export const serilog = jsonLogger({
  name: 'serilog',
  title: 'Serilog (.NET), with the compact format (CLEF)',
  looks: /^\{"@t":"[^"]+","@(?:mt?|i|l)":"/u,
  example:
    '{"@t":"2026-11-29T21:24:45.1234567Z","@mt":"Cannot pay {OrderId}","@l":"Error","@x":"System.Exception: boom","OrderId":7}',
  time: '@t',
  timeFormats: ['ISO8601'],
  moved: { '@l': 'log.level', '@m': 'message', '@x': 'error.stack_trace', SourceContext: 'log.logger' },
  // A template without its rendered text is the message; an event without a level is information.
  further: [
    { set: { field: 'message', copy_from: 'serilog.@mt', if: "ctx.serilog['@mt'] != null" } },
    { set: { field: 'log.level', value: 'information', override: false } },
    lowercaseLevel,
  ],
})

export const monolog = jsonLogger({
  name: 'monolog',
  title: 'Monolog (PHP), with JsonFormatter',
  looks: /^\{"message":"[^\n]*"level_name":"[A-Z]+"/u,
  example:
    '{"message":"cannot pay","context":{"order":7},"level":400,"level_name":"ERROR","channel":"shop","datetime":"2026-11-29T21:24:45.123456+00:00","extra":{}}',
  time: 'datetime',
  timeFormats: ['ISO8601'],
  moved: {
    level_name: 'log.level',
    message: 'message',
    channel: 'log.logger',
    'context.exception.class': 'error.type',
    'context.exception.message': 'error.message',
  },
  further: [lowercaseLevel],
})
