// The system's log, with the messages of sshd, sudo, cron and PAM.
import type { Format, FormatOptions, Variant, WrittenProcessor } from './format.ts'
import { date, grokWith, sourceIp, translate, when } from './steps.ts'
import { messageSteps } from './syslog-messages.ts'

const SEVERITIES = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'informational', 'debug']
const FACILITIES =
  'kernel user-level mail system security/authorization syslogd line-printer network-news UUCP clock security/authorization FTP NTP log-audit log-alert clock local0 local1 local2 local3 local4 local5 local6 local7'.split(
    ' ',
  )

const DEFINITIONS = {
  HEADER: String.raw`(?:<%{PRIORITY:log.syslog.priority:long}>)?`,
  PRIORITY: '[0-9]{1,3}',
  HOST: String.raw`[^ \n]+`,
  PROGRAM: String.raw`[^ \[\]:\n]+`,
  DATA_ELEMENT: String.raw`(?:\[[^\]"]*(?:"[^"\\]*(?:\\.[^"\\]*)*"[^\]"]*)*\])+`,
}

const PROGRAM = String.raw`(?:%{PROGRAM:process.name}(?:\[%{NUMBERS:process.pid:long}\])?: )`

/** Priorities from 0 to 191: eight severities for each facility. */
const priorities: readonly WrittenProcessor[] = [
  when('ctx.log?.syslog?.priority != null', {
    set: { field: 'log.syslog.severity.name', copy_from: 'log.syslog.priority' },
  }),
  when('ctx.log?.syslog?.priority != null', {
    set: { field: 'log.syslog.facility.name', copy_from: 'log.syslog.priority' },
  }),
  translate(
    'log.syslog.severity.name',
    byPriority(priority => SEVERITIES[priority % 8]),
  ),
  translate(
    'log.syslog.facility.name',
    byPriority(priority => FACILITIES[priority >> 3]),
  ),
]

function byPriority(nameOf: (priority: number) => string | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: 192 }, (_, priority) => [priority, nameOf(priority) ?? 'unknown']))
}

interface Header extends Pick<Variant, 'looks' | 'recognises'> {
  readonly pattern: string
  readonly times: readonly string[]
}

function variant({ looks, recognises = looks, pattern, times }: Header): Variant {
  return {
    recognises,
    dataset: 'system.syslog',
    looks,
    fields: { event: { kind: 'event' } },
    processors: (options: FormatOptions) => [
      grokWith(DEFINITIONS, 'message', pattern),
      date(times, options),
      ...priorities,
      ...messageSteps,
      sourceIp,
    ],
  }
}

export const syslog: Format = {
  name: 'syslog',
  title:
    'The system’s log (RFC 3164, RFC 5424, ISO times), with logins of sshd, commands of sudo and cron, and sessions',
  paths: /\/(?:syslog|messages|auth\.log|secure|cron|daemon\.log|kern\.log|mail\.log|user\.log)/iu,
  examples: [
    'Nov 29 21:24:45 web1 sshd[812]: Accepted publickey for alice from 203.0.113.7 port 50112 ssh2: ED25519 SHA256:Qr7…',
    '2026-11-29T21:24:45.123456+00:00 web1 sudo:    alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/id',
    '<78>1 2026-11-29T21:24:45.123456+00:00 web1 CRON 812 - - (root) CMD (run-parts /etc/cron.hourly)',
  ],
  variants: [
    variant({
      looks: /^<\d{1,3}>1 (?:-|\d{4}-\d\d-\d\dT[^ ]+) [^ ]+ [^ ]+ [^ ]+ [^ ]+ /u,
      pattern: String.raw`%{HEADER}1 (?:-|(?<_parsed.time>[^ ]+)) (?:-|%{HOST:host.hostname}) (?:-|(?<process.name>[^ ]+)) (?:-|%{NUMBERS:process.pid:long}|(?<log.syslog.procid>[^ ]+)) (?:-|(?<log.syslog.msgid>[^ ]+)) (?:-|%{DATA_ELEMENT:log.syslog.structured_data})(?: \uFEFF?%{ALL:message})?`,
      times: ['ISO8601'],
    }),
    variant({
      looks: /^(?:<\d{1,3}>)?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^ ]* [^ ]+ [^\n]/u,
      // Other programs begin a line with such a time, too.
      recognises: /^(?:<\d{1,3}>)?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^ ]* [^ ]+ [^ :[\]]+(?:\[\d+\])?: /u,
      pattern: String.raw`%{HEADER}(?<_parsed.time>[^ ]+) %{HOST:host.hostname} ${PROGRAM}?%{ALL:message}`,
      times: ['ISO8601'],
    }),
    variant({
      looks: /^(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [^ ]+ [^\n]/u,
      pattern: String.raw`%{HEADER}(?<_parsed.time>[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]+) %{HOST:host.hostname} ${PROGRAM}?%{ALL:message}`,
      times: ['MMM dd HH:mm:ss', 'MMM  d HH:mm:ss'],
    }),
  ],
}
