// What the pages say that no source of the program has.

/** A term, and what is said about it. */
type Definition = readonly [term: string, meaning: string]

export const DESCRIPTION = `
**forwarder** is one program with two roles. The **agent** follows log files and ships their lines, as events, to a collector:
with the Lumberjack protocol, over TLS. The **collector** receives them, from these agents as from Filebeat and
logstash-forwarder, and writes them to Elasticsearch, OpenSearch, or a store of its own.

Each line has an id that is made from its file and its place in it, and what is about to be sent is on record before it is
sent. So a line that could be read arrives exactly once, whatever is killed, rotated, cut off or full on the way.

Agents find collectors by a written list, by the DNS, or in etcd; certificates are made by hand (\`ca create\`, \`ca issue\`), or
asked for and renewed through etcd (\`ca serve\`).

Where the first word is an option, the agent runs: \`forwarder --config\` *path* is \`forwarder agent --config\` *path*.
`

export const EXPLAINED =
  'Options may be written as `--name` *value* or `--name=`*value*. Durations have a unit: `500ms`, `15s`, `1h30m`, `7d`. Results go to standard output, everything else to standard error.'

export const OLD_OPTIONS =
  'They are understood before and after `agent`, with one dash or two, as `-name` *value* or `-name=`*value*; those without a value also as `-name=false`.'

export const SIGNALS: readonly Definition[] = [
  [
    'SIGTERM, SIGINT',
    'An orderly stop: nothing more is taken, what is on its way is finished within `shutdownTimeout`, the state is written. A second one leaves at once; what was not confirmed is sent again at the next start.',
  ],
  [
    'SIGHUP',
    'The configuration is read again, as it is when one of its files changes. What is invalid changes nothing, and the log says why; what is valid is applied as a difference. That of a terminal which is closed asks for an orderly stop.',
  ],
]

export const VARIABLES: readonly Definition[] = [
  ['HOME, XDG_STATE_HOME', 'Where the state is of a user who is not root; see `stateDir` in **forwarder.json**(5).'],
  ['NO_COLOR', 'Where it is set to anything, nothing is coloured, on terminals neither.'],
  [
    'NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID',
    'Set by **systemd**(1), which is told when the role is ready, what it does, and that it is alive.',
  ],
  [
    'JOURNAL_STREAM',
    'Set by **systemd**(1): where standard error is the journal, each line of the log begins with its priority.',
  ],
  [
    'CREDENTIALS_DIRECTORY',
    'Set by **systemd**(1) where a unit has `LoadCredential=`; the configuration can name it, as any other variable.',
  ],
]

export const FILES: readonly Definition[] = [
  [
    '/etc/forwarder/forwarder.json, /etc/forwarder/collector.json, /etc/forwarder/ca.json',
    "The agent's, the collector's and the authority's configuration. The packaged units read them.",
  ],
  ['/etc/forwarder/conf.d/', "More of the agent's configuration, a file a service."],
  [
    '/var/lib/forwarder/agent/, /var/lib/forwarder/collector/',
    'How far each file was read and what is on its way; the embedded store, and the dead letters: events that no store could ever take. Of a user who is not root: below `~/.local/state/forwarder/`.',
  ],
  ['/var/lib/forwarder-ca/', "The authority's key and certificate, tokens, and who got a certificate."],
]

export const SEE_ALSO =
  '**forwarder.json**(5), **systemctl**(1), **journalctl**(1), and the pages in `/usr/share/doc/forwarder/docs`.'

export const CONFIG_FILES: readonly Definition[] = [
  ['/etc/forwarder/forwarder.json', 'The agent.'],
  ['/etc/forwarder/conf.d/', 'Included by it.'],
  ['/etc/forwarder/collector.json', 'The collector.'],
  ['/etc/forwarder/ca.json', 'The authority of a fleet.'],
]

export const AGENT_EXAMPLE = `{
  "network": {
    # One is chosen at random, another takes over when it fails.
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
