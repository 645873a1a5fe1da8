import type { Format, FormatOptions, WrittenProcessor } from './format.ts'
import { date, grokWith, httpOutcome, REQUEST, sourceIp } from './steps.ts'

const service = { type: 'haproxy' }
const network = { category: ['network'], kind: 'event' }

const DEFINITIONS = {
  PEER: String.raw`[0-9A-Fa-f:.]+|unix|[^ :]+`,
  NAME: '[^ /]+',
  STATE: String.raw`[A-Za-z-]{2,4}`,
  COOKIES: '[^ ]+',
  HEADERS: String.raw`\{[^}]*\}`,
  TERMINATED: '<NOSRV>|[^ ]+',
}

/** Client, time, frontend, backend and server, in front of all lines about a connection. */
const START =
  '%{PEER:source.address}:%{INT:source.port:long} ' +
  String.raw`\[%{BRACKETED:_parsed.time}\] %{NAME:haproxy.frontend_name}`

const ENDPOINTS = '%{NAME:haproxy.backend_name}/%{TERMINATED:haproxy.server_name}'

const COUNTS =
  '%{INT:haproxy.connections.active:long}/%{INT:haproxy.connections.frontend:long}/' +
  '%{INT:haproxy.connections.backend:long}/%{INT:haproxy.connections.server:long}/' +
  String.raw`\+?%{INT:haproxy.connections.retries:long} ` +
  '%{INT:haproxy.server_queue:long}/%{INT:haproxy.backend_queue:long}'

const HTTP =
  `${START} ${ENDPOINTS} ` +
  '%{INT:haproxy.http.request.time_wait_ms:long}/%{INT:haproxy.time_queue:long}/' +
  '%{INT:haproxy.time_backend_connect:long}/%{INT:haproxy.http.request.time_wait_without_data_ms:long}/' +
  String.raw`\+?%{INT:haproxy.total_waiting_time_ms:long} ` +
  String.raw`%{INT:http.response.status_code:long} \+?%{INT:haproxy.bytes_read:long} ` +
  '%{COOKIES:haproxy.http.request.captured_cookie} %{COOKIES:haproxy.http.response.captured_cookie} ' +
  `%{STATE:haproxy.termination_state} ${COUNTS} ` +
  '(?:%{HEADERS:haproxy.http.request.captured_headers} )?(?:%{HEADERS:haproxy.http.response.captured_headers} )?' +
  // A line of syslog ends after 1024 characters, in the middle of a long request.
  `"(?:${REQUEST}|%{QUOTED:http.request.line})(?:"(?: %{LINE})?)?`

const TCP =
  `${START} ${ENDPOINTS} ` +
  '%{INT:haproxy.time_queue:long}/%{INT:haproxy.time_backend_connect:long}/' +
  String.raw`\+?%{INT:haproxy.total_waiting_time_ms:long} \+?%{INT:haproxy.bytes_read:long} ` +
  `%{STATE:haproxy.termination_state} ${COUNTS}(?: %{LINE})?`

const FAILED = `${START}/%{NAME:haproxy.bind_name}: %{LINE:message}`

function connectionSteps(pattern: string, options: FormatOptions): readonly WrittenProcessor[] {
  return [grokWith(DEFINITIONS, 'message', pattern), date(['dd/MMM/yyyy:HH:mm:ss.SSS'], options), sourceIp]
}

export const haproxy: Format = {
  name: 'haproxy',
  title: 'HAProxy: connections of HTTP and TCP, and messages about servers (without a syslog header)',
  paths: /haproxy/iu,
  examples: [
    '203.0.113.7:50112 [29/Nov/2026:21:24:45.123] web app/srv1 0/0/1/12/13 200 512 - - ---- 1/1/0/0/0 0/0 "GET /shop HTTP/1.1"',
    '203.0.113.7:50112 [29/Nov/2026:21:24:45.123] db pg/pg1 1/0/5007 212 -- 1/1/0/0/0 0/0',
    'Server app/srv1 is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms.',
  ],
  variants: [
    {
      dataset: 'haproxy.log',
      looks: /^[^ ]+:\d+ \[[^\]]+\] [^ ]+ [^ ]+\/[^ ]+ -?\d+(?:\/\+?-?\d+){4} -?\d+ /u,
      fields: { event: { ...network, category: ['web', 'network'] }, service },
      processors: options => [...connectionSteps(HTTP, options), ...httpOutcome],
    },
    {
      dataset: 'haproxy.log',
      looks: /^[^ ]+:\d+ \[[^\]]+\] [^ ]+ [^ ]+\/[^ ]+ -?\d+(?:\/\+?-?\d+){2} /u,
      fields: { event: network, service },
      processors: options => connectionSteps(TCP, options),
    },
    {
      dataset: 'haproxy.log',
      looks: /^[^ ]+:\d+ \[\d\d\/[A-Z][a-z]{2}\/\d{4}:[^\]]+\] [^ ]+\/[^ ]+: /u,
      fields: { event: { ...network, outcome: 'failure' }, service },
      processors: options => connectionSteps(FAILED, options),
    },
    {
      dataset: 'haproxy.log',
      looks: /^Connect from [^ ]+:\d+ to /u,
      fields: { event: network, service },
      processors: () => [
        grokWith(
          DEFINITIONS,
          'message',
          'Connect from %{PEER:source.address}:%{INT:source.port:long} to %{PEER:destination.address}:%{INT:destination.port:long} ' +
            String.raw`\(%{NAME:haproxy.frontend_name}/%{NAME:haproxy.mode}\)`,
        ),
        sourceIp,
      ],
    },
    {
      dataset: 'haproxy.log',
      looks: /^\[(?:NOTICE|WARNING|ALERT|DIAG)\] +(?:\(\d+\)|\d+\/\d+ \(\d+\)) : /u,
      fields: { event: { kind: 'event' }, service },
      processors: () => [
        grokWith(
          DEFINITIONS,
          'message',
          String.raw`\[%{WORD:log.level}\] +(?:[0-9/]+ )?\(%{NUMBERS:process.pid:long}\) : %{ALL:message}`,
        ),
        { lowercase: { field: 'log.level' } },
      ],
    },
    {
      dataset: 'haproxy.log',
      looks:
        /^(?:(?:Backup )?[Ss]erver [^ ]+\/[^ ]+ (?:is |was |\()|Proxy [^ ]+ (?:started|stopped)|Stopping |backend [^ ]+ has no server|Health check for |Pausing |Enabling |Loading )/u,
      fields: { event: { kind: 'event' }, service },
      processors: () => [],
    },
  ],
}
