import type { Format } from './format.ts'
import { date, grokWith, sourceIp } from './steps.ts'
import { ACCESS_FIELDS, ACCESS_LOOK, accessGrok, accessPattern, accessSteps } from './web-access.ts'

const service = { type: 'apache' }
const errorFields = { event: { kind: 'event', category: ['web'], type: ['error'] }, service }

/** In front of lines of all hosts together, as Debian's `vhost_combined` has it. */
const HOST = '(?:%{SITE:url.domain}:%{NUMBERS:url.port:long} )?'

const DEFINITIONS = {
  SITE: '[^ :]+',
  PEER: String.raw`\[[^\]]*\]|[^ \]:]+|[0-9A-Fa-f:.]+`,
  OS_ERROR: String.raw`\([0-9]+\)[^:\n]*`,
  MESSAGE: String.raw`(?:%{CODE:error.code}: )?[\s\S]*`,
  CODE: 'AH[0-9]+',
}

export const apache: Format = {
  name: 'apache',
  title: 'Apache httpd, access log (combined, common, with virtual host) and error log',
  paths: /apache|httpd/iu,
  examples: [
    '203.0.113.7 - - [29/Nov/2026:21:24:45 +0000] "GET /shop HTTP/1.1" 200 512 "-" "curl/8.5.0"',
    '[Sun Nov 29 21:24:45.123456 2026] [authz_core:error] [pid 812:tid 140737] [client 203.0.113.7:50112] AH01630: client denied by server configuration: /srv/private',
  ],
  variants: [
    {
      dataset: 'apache.access',
      looks: ACCESS_LOOK,
      fields: { event: ACCESS_FIELDS, service },
      processors: () => accessSteps(accessGrok(accessPattern('apache.access.identity'))),
    },
    {
      dataset: 'apache.access',
      looks: /^[^ :]+:\d+ [^ ]+ [^ ]+ [^[\n]*\[\d\d\/[A-Z][a-z]{2}\/\d{4}:/u,
      fields: { event: ACCESS_FIELDS, service },
      processors: () =>
        accessSteps(grokWith(DEFINITIONS, 'message', accessPattern('apache.access.identity', { before: HOST }))),
    },
    {
      dataset: 'apache.error',
      looks: /^\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:.]+ \d{4}\] \[[\w-]*:?[a-z0-9]+\] /u,
      fields: errorFields,
      processors: options => [
        grokWith(
          DEFINITIONS,
          'message',
          String.raw`\[(?<_parsed.time>[^\]]+)\] \[(?:%{WORD:apache.error.module})?:?%{WORD:log.level}\] ` +
            String.raw`(?:\[pid %{NUMBERS:process.pid:long}(?::tid %{NUMBERS:process.thread.id:long})?\] )?` +
            String.raw`(?:%{OS_ERROR:apache.error.os_error}: )?` +
            String.raw`(?:\[client (?:%{PEER:source.address}:%{NUMBERS:source.port:long}|%{PEER:source.address})\] )?` +
            String.raw`%{MESSAGE:message}`,
        ),
        date(['EEE MMM dd HH:mm:ss.SSSSSS yyyy', 'EEE MMM dd HH:mm:ss yyyy', 'EEE MMM  d HH:mm:ss yyyy'], options),
        sourceIp,
      ],
    },
    {
      dataset: 'apache.error',
      looks: /^AH\d{5}: /u,
      fields: errorFields,
      processors: () => [grokWith(DEFINITIONS, 'message', '%{CODE:error.code}: %{ALL}')],
    },
  ],
}
