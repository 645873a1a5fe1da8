// Programs in Ruby: Rails, Sinatra and Rack.
import type { Format, WrittenProcessor } from './format.ts'
import { date, dateOf, grok, httpOutcome, lowercaseLevel, move, REQUEST, sourceIp, tryGrok, when } from './steps.ts'

const web = { kind: 'event', category: ['web'] }

/** Of Ruby's Logger: `I, [2026-11-29T21:24:45.123456 #812]  INFO -- shop: message`. */
const LOGGER =
  String.raw`[A-Z], \[(?<_parsed.time>[0-9T:.+Z-]+) #%{NUMBERS:process.pid:long}\] +%{WORD:log.level} -- (?<log.logger>[^:\n]*): ` +
  String.raw`(?:\[(?<http.request.id>[0-9a-f-]{36})\] )?%{ALL:message}`

/** Messages that Rails writes about a request. */
const RAILS: readonly WrittenProcessor[] = [
  when(
    "ctx.message.startsWith('Started ')",
    tryGrok(
      'message',
      'Started %{METHOD:http.request.method} "%{REQUEST_TARGET:url.original}" for %{TOKEN:source.address} at %{LINE}',
    ),
  ),
  when(
    "ctx.message.startsWith('Processing by ')",
    tryGrok(
      'message',
      String.raw`Processing by (?<rails.controller>[\w:]+)#(?<rails.action>\w+) as (?<rails.format>[^\n]*)`,
    ),
  ),
  when(
    "ctx.message.startsWith('Completed ')",
    tryGrok(
      'message',
      'Completed %{INT:http.response.status_code:long} [^\\n]*? in %{DECIMAL:rails.duration_ms:float}ms%{LINE}',
    ),
  ),
]

export const rails: Format = {
  name: 'rails',
  title: 'Ruby on Rails, production log, and Ruby’s Logger',
  multiline: { pattern: String.raw`^[DIWEFA], \[`, negate: true, match: 'after' },
  paths: /rails|puma|unicorn|\/log\/(?:production|development)\.log/iu,
  examples: [
    'I, [2026-11-29T21:24:45.123456 #812]  INFO -- : [0d7c9a3e-3c1e-4d8e-9f6e-2d1f0a3b4c5d] Completed 500 Internal Server Error in 12ms',
  ],
  variants: [
    {
      dataset: 'rails.log',
      looks: /^[DIWEFA], \[\d{4}-\d\d-\d\dT[\d:.]+[^ ]* #\d+\] +[A-Z]+ -- /u,
      fields: { event: { kind: 'event' } },
      processors: options => [
        grok('message', LOGGER),
        date(["yyyy-MM-dd'T'HH:mm:ss.SSSSSS", 'ISO8601'], options),
        ...RAILS,
        sourceIp,
        { remove: { field: 'log.logger', if: "ctx.log?.logger == ''", ignore_missing: true } },
        lowercaseLevel,
      ],
    },
  ],
}

export const sinatra: Format = {
  name: 'sinatra',
  title: 'Sinatra and Rack: Rack::CommonLogger, and the JSON that Logstash’s first layout has (`@fields`)',
  paths: /sinatra|rack/iu,
  examples: [
    '{"@timestamp":"2026-11-29T21:24:45Z","@fields":{"method":"GET","path":"/shop","status":"200","size":512,"duration":0.012}}',
    '203.0.113.7 - - [29/Nov/2026:21:24:45 +0000] "GET /shop?item=7 HTTP/1.1" 200 512 0.0123',
  ],
  variants: [
    {
      dataset: 'sinatra.access',
      looks: /^\{"@timestamp": ?"[^"]+", ?"@fields": ?\{/u,
      fields: { event: { ...web, type: ['access'] } },
      processors: () => [
        { json: { field: 'message', target_field: '_parsed' } },
        dateOf('_parsed.@timestamp', ['ISO8601']),
        { rename: { field: '_parsed.@fields', target_field: 'sinatra' } },
        move('sinatra.method', 'http.request.method'),
        move('sinatra.path', 'url.path'),
        move('sinatra.status', 'http.response.status_code'),
        move('sinatra.size', 'http.response.body.bytes'),
        { convert: { field: 'http.response.status_code', type: 'long', ignore_missing: true } },
        { convert: { field: 'http.response.body.bytes', type: 'long', ignore_missing: true, ignore_failure: true } },
        ...httpOutcome,
      ],
    },
    {
      dataset: 'sinatra.access',
      looks:
        /^[^ ]+ [^ ]+ [^[\n]*\[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "[^\n]*" \d{3} (?:\d+|-) \d+\.\d{4}$/u,
      fields: { event: { ...web, type: ['access'] } },
      processors: () => [
        grok(
          'message',
          String.raw`%{TOKEN:source.address} (?:-|%{TOKEN}) (?:-|%{USER_TEXT:user.name}) \[%{BRACKETED:_parsed.time}\] "(?:${REQUEST}|%{QUOTED:http.request.line})" ` +
            '%{INT:http.response.status_code:long} (?:-|%{INT:http.response.body.bytes:long}) %{DECIMAL:sinatra.duration:float}',
        ),
        date(['dd/MMM/yyyy:HH:mm:ss Z']),
        sourceIp,
        ...httpOutcome,
      ],
    },
  ],
}
