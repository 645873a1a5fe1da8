import type { Format } from './format.ts'
import { date, grok, grokWith, REQUEST, sourceIp, when, withOptions } from './steps.ts'
import { ACCESS_FIELDS, ACCESS_LOOK, accessGrok, accessPattern, accessSteps } from './web-access.ts'

const service = { type: 'nginx' }

/** What the server writes behind a message about a request. */
const ERROR_CONTEXT =
  String.raw`%{LINE}?, client: %{CLIENT:source.address}(?:, server: (?:%{SERVER:nginx.error.server})?)?` +
  String.raw`(?:, request: "(?:${REQUEST}|%{QUOTED:http.request.line})")?` +
  String.raw`(?:, (?:sub)?upstream: "%{QUOTED:nginx.error.upstream}")?(?:, host: "%{QUOTED:url.domain}")?` +
  String.raw`(?:, referrer: "%{QUOTED:http.request.referrer}")?%{LINE}`

const CONTEXT_DEFINITIONS = { CLIENT: '[^, ]+', SERVER: '[^, ]+' }

export const nginx: Format = {
  name: 'nginx',
  title: 'nginx, access log (combined and common) and error log',
  paths: /nginx/iu,
  examples: [
    '203.0.113.7 - alice [29/Nov/2026:21:24:45 +0000] "GET /shop?item=7 HTTP/1.1" 200 512 "https://example.com/" "curl/8.5.0"',
    '2026/11/29 21:24:45 [error] 812#812: *5 open() "/srv/x" failed (2: No such file or directory), client: 203.0.113.7, server: example.com, request: "GET /x HTTP/1.1", host: "example.com"',
  ],
  variants: [
    {
      dataset: 'nginx.access',
      looks: ACCESS_LOOK,
      fields: { event: ACCESS_FIELDS, service },
      processors: () => accessSteps(accessGrok(accessPattern('nginx.access.identity'))),
    },
    {
      dataset: 'nginx.error',
      looks: /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[[a-z]+\] \d+#\d+: /u,
      fields: { event: { kind: 'event', category: ['web'], type: ['error'] }, service },
      processors: options => [
        grok(
          'message',
          String.raw`(?<_parsed.time>.{19}) \[%{WORD:log.level}\] %{NUMBERS:process.pid:long}#%{NUMBERS:process.thread.id:long}: ` +
            String.raw`(?:\*%{NUMBERS:nginx.error.connection_id:long} )?%{ALL:message}`,
        ),
        date(['yyyy/MM/dd HH:mm:ss'], options),
        when(
          "ctx.message.contains(', client: ')",
          withOptions(grokWith(CONTEXT_DEFINITIONS, 'message', ERROR_CONTEXT), { ignore_failure: true }),
        ),
        sourceIp,
      ],
    },
    {
      dataset: 'nginx.error',
      looks: /^nginx: (?:\[[a-z]+\] |configuration file )/u,
      fields: { event: { kind: 'event', category: ['web'], type: ['error'] }, service },
      processors: () => [grok('message', String.raw`nginx: (?:\[%{WORD:log.level}\] )?%{ALL:message}`)],
    },
  ],
}
