// PostgreSQL, MariaDB and MySQL, Redis and Valkey, etcd.
import type { Format } from './format.ts'
import {
  date,
  dateOf,
  grok,
  grokWith,
  lowercaseLevel,
  sourceIp,
  translate,
  tryGrok,
  when,
  withOptions,
} from './steps.ts'
import { zapSteps } from './json-steps.ts'

const database = { kind: 'event', category: ['database'], type: ['info'] }

export const postgresql: Format = {
  name: 'postgresql',
  title: 'PostgreSQL, with the log_line_prefix of Debian or the default one',
  paths: /postgres/iu,
  multiline: { pattern: String.raw`^\t`, match: 'after' },
  examples: [
    '2026-11-29 21:24:45.123 UTC [812] alice@shop ERROR:  relation "orders" does not exist at character 15',
    '2026-11-29 21:24:45.123 UTC [812] alice@shop STATEMENT:  select * from orders',
  ],
  variants: [
    {
      dataset: 'postgresql.log',
      looks:
        /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [A-Z+-][\w+:-]* (?:\[\d+(?:-\d+)?\] |\[)?[^\n]*?[A-Z]+\d?: {2}/u,
      fields: { event: database, service: { type: 'postgresql' } },
      processors: options => [
        grokWith(
          { NAME: String.raw`[^@\n]*`, DATABASE: '[^ ]*', SEVERITY: '[A-Z]+[1-5]?' },
          'message',
          String.raw`(?<_parsed.time>(?<_parsed.local>[0-9-]{10} [0-9:.]+) [^ ]+) (?:\[%{NUMBERS:process.pid:long}(?:-%{NUMBERS:postgresql.log.session_line_number:long})?\] )?` +
            String.raw`(?:%{NAME:user.name}@%{DATABASE:postgresql.log.database} )?%{SEVERITY:log.level}:  %{ALL:message}`,
        ),
        // Abbreviations of zones have no one meaning: one that is not known is that of the options.
        withOptions(
          date([
            'yyyy-MM-dd HH:mm:ss.SSS z',
            'yyyy-MM-dd HH:mm:ss z',
            'yyyy-MM-dd HH:mm:ss.SSS X',
            'yyyy-MM-dd HH:mm:ss X',
          ]),
          {
            on_failure: [dateOf('_parsed.local', ['yyyy-MM-dd HH:mm:ss.SSS', 'yyyy-MM-dd HH:mm:ss'], options)],
          },
        ),
        when(
          "ctx.message.startsWith('duration: ')",
          tryGrok(
            'message',
            String.raw`duration: %{DECIMAL:postgresql.log.duration_ms:float} ms(?:  (?:statement|execute [^:]*|parse [^:]*|bind [^:]*): %{ALL:postgresql.log.query})?`,
          ),
        ),
      ],
    },
  ],
}

export const mariadb: Format = {
  name: 'mariadb',
  title: 'MariaDB and MySQL, error log and slow query log',
  paths: /mysql|mariadb/iu,
  multiline: {
    pattern: String.raw`^(?:\d{4}-\d\d-\d\d|\d{6} |# Time:|# User@Host:|[^ ]+, Version: )`,
    negate: true,
    match: 'after',
  },
  examples: [
    "2026-11-29 21:24:45 12 [Warning] Access denied for user 'alice'@'localhost' (using password: YES)",
    '2026-11-29T21:24:45.123456Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections.',
  ],
  variants: [
    {
      dataset: 'mysql.error',
      looks: /^\d{4}-\d\d-\d\d[ T][ \d]\d:\d\d:\d\d[^ ]* \d+ \[[A-Z][A-Za-z]+\] /u,
      fields: { event: database, service: { type: 'mysql' } },
      processors: options => [
        grokWith(
          { PART: String.raw`[\w-]+` },
          'message',
          String.raw`(?<_parsed.time>[0-9-]{10}[ T][ 0-9]?[0-9:.]+[^ ]*) %{NUMBERS:mysql.thread_id:long} \[%{WORD:log.level}\] ` +
            String.raw`(?:\[(?<error.code>MY-[0-9]+)\] \[%{PART:mysql.error.subsystem}\] )?%{ALL:message}`,
        ),
        date(['yyyy-MM-dd HH:mm:ss', 'yyyy-MM-dd  H:mm:ss', 'ISO8601'], options),
        lowercaseLevel,
      ],
    },
    {
      dataset: 'mysql.error',
      looks: /^\d{6} [ \d]\d:\d\d:\d\d (?:mysqld_safe|mariadbd-safe|\[[A-Z])/u,
      fields: { event: database, service: { type: 'mysql' } },
      processors: options => [
        grok(
          'message',
          String.raw`(?<_parsed.time>[0-9]{6} [ 0-9][0-9:]+) (?:\[%{WORD:log.level}\] |(?<process.name>[\w-]+) )%{ALL:message}`,
        ),
        date(['yyMMdd HH:mm:ss', 'yyMMdd  H:mm:ss'], options),
        lowercaseLevel,
      ],
    },
    {
      // Files begin so, and the time of several queries may be in a line of its own.
      dataset: 'mysql.slowlog',
      looks: /^(?:[^ ]+, Version: [^\n]* started with:|# Time: [^\n]*$)/u,
      fields: { event: database, service: { type: 'mysql' } },
      processors: () => [],
    },
    {
      dataset: 'mysql.slowlog',
      looks: /^(?:# Time: |# User@Host: )/u,
      fields: { event: database, service: { type: 'mysql' } },
      processors: options => [
        grokWith(
          { NAME: String.raw`[^\[\n]*` },
          'message',
          String.raw`(?:# Time: +(?<_parsed.time>[^\n]+)\n)?# User@Host: %{NAME:user.name}\[[^\]\n]*\] @ *(?<source.domain>[^ \[\n]*) *\[(?<source.address>[^\]\n]*)\][^\n]*\n` +
            String.raw`(?:# (?!Query_time)[^\n]*\n)*# Query_time: %{DECIMAL:mysql.slowlog.query_time.sec:float} +Lock_time: %{DECIMAL:mysql.slowlog.lock_time.sec:float} +` +
            String.raw`Rows_sent: %{NUMBERS:mysql.slowlog.rows_sent:long} +Rows_examined: %{NUMBERS:mysql.slowlog.rows_examined:long}[^\n]*\n` +
            String.raw`(?:# [^\n]*\n)*(?:use [^\n]*;\n)?(?:SET timestamp=(?<_parsed.seconds>[0-9]+);\n)?%{ALL:mysql.slowlog.query}`,
        ),
        when('ctx._parsed?.seconds != null', dateOf('_parsed.seconds', ['UNIX'])),
        when(
          'ctx._parsed?.seconds == null && ctx._parsed?.time != null',
          date(['yyMMdd HH:mm:ss', 'yyMMdd  H:mm:ss', 'ISO8601'], options),
        ),
        sourceIp,
      ],
    },
  ],
}

/** Roles: sentinel, child, replica (of old, slave), master. Levels: debug, verbose, notice, warning. */
export const redis: Format = {
  name: 'redis',
  title: 'Redis and Valkey',
  paths: /redis|valkey/iu,
  examples: ['812:M 29 Nov 2026 21:24:45.123 * Ready to accept connections'],
  variants: [
    {
      dataset: 'redis.log',
      looks: /^\d+:[XCSM] \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d+ [.\-*#] /u,
      fields: { event: database, service: { type: 'redis' } },
      processors: options => [
        grok(
          'message',
          String.raw`%{NUMBERS:process.pid:long}:(?<redis.log.role>[XCSM]) (?<_parsed.time>[0-9]+ [A-Z][a-z]+ [0-9]+ [0-9:.]+) (?<log.level>[.\-*#]) %{ALL:message}`,
        ),
        date(['dd MMM yyyy HH:mm:ss.SSS'], options),
        translate('log.level', { '.': 'debug', '-': 'verbose', '*': 'notice', '#': 'warning' }),
        translate('redis.log.role', { X: 'sentinel', C: 'child', S: 'replica', M: 'master' }),
      ],
    },
    {
      dataset: 'redis.log',
      looks: /^\d+:signal-handler \(\d+\) /u,
      fields: { event: database, service: { type: 'redis' } },
      processors: () => [
        grok(
          'message',
          String.raw`%{NUMBERS:process.pid:long}:signal-handler \(%{NUMBERS:_parsed.time}\) %{ALL:message}`,
        ),
        date(['UNIX']),
      ],
    },
  ],
}

export const etcd: Format = {
  name: 'etcd',
  title: 'etcd: JSON, and the text of releases before 3.5',
  paths: /etcd/iu,
  examples: [
    '{"level":"info","ts":"2026-11-29T21:24:45.123456Z","caller":"embed/etcd.go:132","msg":"configuring peer listeners","listen-peer-urls":["http://localhost:2380"]}',
    '2026-11-29 21:24:45.123456 I | etcdserver: starting server... [version: 3.4.23, cluster version: 3.4]',
  ],
  variants: [
    {
      dataset: 'etcd.log',
      looks: /^\{"level":"[a-z]+","ts":"?[\dT:.+Z-]+"?,"(?:logger|caller)":"/u,
      recognises:
        /^\{"level":"[a-z]+","ts":"[^"]+","caller":"(?:embed|etcdmain|etcdserver|flags|membership|mvcc|raft|rafthttp|schema|storage|v3rpc|verify|version|wal|zapgrpc|etcdutl)\//u,
      fields: { event: database, service: { type: 'etcd' } },
      processors: () => zapSteps('etcd'),
    },
    {
      dataset: 'etcd.log',
      looks: /^(?:raft)?\d{4}[-/]\d\d[-/]\d\d \d\d:\d\d:\d\d(?:\.\d+)? (?:[DICENW] \| |\[?[A-Z]+\]?: )/u,
      fields: { event: database, service: { type: 'etcd' } },
      processors: options => [
        grok(
          'message',
          String.raw`(?:raft)?(?<_parsed.time>[0-9/-]{10} [0-9:.]+) (?:(?<log.level>[A-Z]) \| |\[?%{WORD:log.level}\]?: )(?:(?<log.logger>[\w/.-]+): )?%{ALL:message}`,
        ),
        date(['yyyy-MM-dd HH:mm:ss.SSSSSS', 'yyyy/MM/dd HH:mm:ss'], options),
        translate('log.level', {
          C: 'critical',
          D: 'debug',
          E: 'error',
          I: 'info',
          N: 'notice',
          W: 'warning',
          WARNING: 'warning',
          INFO: 'info',
          ERROR: 'error',
        }),
      ],
    },
    {
      dataset: 'etcd.log',
      looks: /^\[WARNING\] /u,
      recognises: /^\[WARNING\] Deprecated '--/u,
      fields: { event: database, service: { type: 'etcd' }, log: { level: 'warning' } },
      processors: () => [grok('message', String.raw`\[WARNING\] %{ALL:message}`)],
    },
  ],
}
