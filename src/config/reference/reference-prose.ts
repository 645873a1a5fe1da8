/** Precedes the tables of docs/configuration.md. */
export const INTRODUCTION = `# Configuration

<!-- Generated from the schema by \`make docs\`. Change src/config instead of this page. -->

An agent, a collector and an authority each have a configuration. Its keys show the role: \`network\` and \`files\` are an
agent's, \`listen\` and \`store\` a collector's, and \`ca\` without those an authority's. \`forwarder check --config FILE\`
reports everything that is wrong with a configuration, by line and column, or what it would do.

## The form

A configuration is a JSON object in UTF-8, in the dialect of logstash-forwarder, whose configurations work unchanged:

- A line whose first character (after spaces) is \`#\` is a comment.
- The letter case of keys does not matter. An unknown key is an error that names the nearest known one
  (logstash-forwarder ignored it). A key that is given twice is an error as well.
- \`null\` is the same as omitting the key.
- \`$NAME\` and \`\${NAME}\` are replaced by environment variables, anywhere in the text: a variable may hold a whole list.
  They are replaced before the text is parsed, so a quote or backslash in a value must be escaped as in JSON; for
  secrets, the \`…File\` settings avoid that trap. An unset variable is replaced by nothing, with a warning. Credentials
  of systemd (\`LoadCredential=\`) are \`"\${CREDENTIALS_DIRECTORY}/name"\` in any setting that names a file; if that
  variable is not set, the error has the line for the unit. \`$$\` is a dollar sign, and so is a dollar sign before
  anything but a name, \`{\` or \`$\`. In comments nothing is replaced.
- A byte order mark is skipped. A file over 10 MiB is an error.

\`--config\` may name a directory. All files in it are read in the order of their names and form one configuration:
lists are joined, objects are merged, and any other setting may be in one file only. Subdirectories, hidden files and
files that editors and package managers leave behind (\`name~\`, \`.bak\`, \`.swp\`, \`.rpmnew\`, \`.dpkg-old\` and so on) are
skipped with a warning. \`"include": ["conf.d"]\` in a file adds other files and directories in the same way.

Values:

- **Durations** have a unit: \`"500ms"\`, \`"15s"\`, \`"1h30m"\`, \`"7d"\` (ns, us, ms, s, m, h, d). Only \`network.timeout\`
  also accepts a plain number of seconds.
- **Sizes** have a unit too: \`"64KiB"\`, \`"10MiB"\`, \`"1GB"\` (KiB, MiB, GiB, TiB are powers of 1024; kB, MB, GB, TB of
  1000).
- **Addresses** are \`"host:port"\`, for IPv6 \`"[::1]:5043"\` or, as logstash-forwarder wrote it, \`"::1:5043"\`. The
  default port is 5044 (logstash-forwarder refused an address without a port). If an address without brackets is
  ambiguous, the port follows the last colon.
- **Relative paths** start at the working directory of the process, as in logstash-forwarder; those in \`include\` start
  at the directory of the including file. State is never kept in the working directory: see \`stateDir\`.

Secrets may be in files of their own (\`passwordFile\`, \`apiKeyFile\`, \`bearerFile\`; a newline at the end is ignored) or
in the environment. They are never printed, neither in errors nor in logs.

A field cannot have the name of a member that every event has (\`message\`, \`@timestamp\`, \`@metadata\`, \`host\`, \`log\`,
\`agent\`; with protocol 1 \`file\`, \`host\`, \`offset\`, \`line\`); the error has the remedy. Values may be strings,
numbers, booleans, lists and objects; with protocol 1, all but strings are sent as JSON text.
`

/** After the tables. */
export const DIFFERENCES = `## Differences from logstash-forwarder

| setting | logstash-forwarder | forwarder |
|---|---|---|
| unknown key, duplicate key | ignored, last one counts | an error |
| \`ssl certificate\` without \`ssl key\` | no certificate is presented | the same, with a warning |
| server without a port | refused | port 5044 |
| empty \`servers\` | crashed | an error |
| \`$$\`, \`$1\` | nothing | a dollar sign; \`$1\` as written |
| numbers, lists, objects in \`fields\` | refused | allowed |
| duplicate \`-\` | crashed | read once, with a warning |
| file that matches two entries | sent twice | belongs to the first |
| subdirectory or backup in a directory of files | refused to start | skipped with a warning |
| the whole configuration | echoed to the log | never printed |
`
