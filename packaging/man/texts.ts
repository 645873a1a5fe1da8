// Texts of the man pages that are not in a source of the program.

type Definition = readonly [term: string, meaning: string]

export const DESCRIPTION = `
**forwarder** is one program with two roles. The **agent** follows log files and ships their lines, as events, to a collector:
with the Lumberjack protocol, over TLS. The **collector** receives them, also from Filebeat and logstash-forwarder, and writes
them to Elasticsearch, OpenSearch, or its embedded store.

Each line has an id made from its file and its position there, and each batch is journaled before it is sent. So a line that
could be read arrives exactly once, even if a process is killed, a file is rotated, the network drops or a disk fills up.

Agents find collectors in a configured list, in the DNS, or in etcd. Certificates are issued by hand (\`ca create\`, \`ca issue\`), or
requested and renewed through etcd (\`ca serve\`).

If the first word is an option, the agent runs: \`forwarder --config\` *path* is \`forwarder agent --config\` *path*.
`

export const EXPLAINED =
  'Options may be written as `--name` *value* or `--name=`*value*. Durations have a unit: `500ms`, `15s`, `1h30m`, `7d`. Results go to standard output, everything else to standard error.'

export const OLD_OPTIONS =
  'They are accepted before and after `agent`, with one dash or two, as `-name` *value* or `-name=`*value*; those without a value also as `-name=false`.'

export const SIGNALS: readonly Definition[] = [
  [
    'SIGTERM, SIGINT',
    'An orderly stop: no more lines are read, batches in flight are finished within `shutdownTimeout`, and the state is written. A second signal exits at once; lines without an ack are sent again at the next start.',
  ],
  [
    'SIGHUP',
    'The configuration is read again, as it is when one of its files changes. An invalid configuration changes nothing, and the log has the errors; of a valid one the differences are applied. When the terminal of the program is closed, the signal asks for an orderly stop.',
  ],
]

export const VARIABLES: readonly Definition[] = [
  ['HOME, XDG_STATE_HOME', 'Location of the state when the user is not root; see `stateDir` in **forwarder.json**(5).'],
  ['NO_COLOR', 'If set to any value, output is never coloured.'],
  [
    'NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID',
    'Set by **systemd**(1): the role reports when it is ready, its status, and that it is alive.',
  ],
  [
    'JOURNAL_STREAM',
    'Set by **systemd**(1): if standard error is the journal, each line of the log begins with its priority.',
  ],
  [
    'CREDENTIALS_DIRECTORY',
    'Set by **systemd**(1) if a unit has `LoadCredential=`; the configuration can refer to it like to any other variable.',
  ],
]

export const FILES: readonly Definition[] = [
  [
    '/etc/forwarder/forwarder.json, /etc/forwarder/collector.json, /etc/forwarder/ca.json',
    'Configuration of the agent, the collector and the authority, as the packaged units read it.',
  ],
  ['/etc/forwarder/conf.d/', 'Further configuration of the agent, one file for each service.'],
  [
    '/var/lib/forwarder/agent/, /var/lib/forwarder/collector/',
    'Position in each file and batches in flight; the embedded store and the dead letters, which are events that no store can take. If the user is not root: below `~/.local/state/forwarder/`.',
  ],
  ['/var/lib/forwarder-ca/', 'Key and certificate of the authority, join tokens, and the list of issued certificates.'],
]

export const SEE_ALSO =
  '**forwarder.json**(5), **systemctl**(1), **journalctl**(1), and the pages in `/usr/share/doc/forwarder/docs`.'

export const CONFIG_FILES: readonly Definition[] = [
  ['/etc/forwarder/forwarder.json', 'The agent.'],
  ['/etc/forwarder/conf.d/', 'Files that it includes.'],
  ['/etc/forwarder/collector.json', 'The collector.'],
  ['/etc/forwarder/ca.json', 'The authority of a fleet.'],
]

export const AGENT_EXAMPLE = `{
  "network": {
    # One is chosen at random; another is used if it fails.
    "servers": ["logs1.example.com:5044", "logs2.example.com:5044"],
    "tls": {
      "ca": "/etc/forwarder/ca.pem",
      "certificate": "/etc/forwarder/client-web1.pem",
      "key": "/etc/forwarder/client-web1.key"
    }
  },
  "files": [
    { "paths": ["/srv/shop/*.log"], "fields": { "app": "shop" } },
    { "paths": ["/var/log/**/*.log"], "exclude": ["*.gz"] }
  ]
}`

export const COLLECTOR_EXAMPLE = `{
  "listen": ["0.0.0.0:5044"],
  "tls": {
    "certificate": "/etc/forwarder/server-logs1.example.com.pem",
    "key": "/etc/forwarder/server-logs1.example.com.key",
    "ca": "/etc/forwarder/ca.pem"
  },
  "store": {
    "type": "elasticsearch",
    "hosts": ["https://es1.example.com:9200"],
    "user": "forwarder",
    "passwordFile": "/etc/forwarder/elasticsearch.password"
  }
}`

export const CONFIG_SEE_ALSO = '**forwarder**(1), and the pages in `/usr/share/doc/forwarder/docs`.'
