/** What stands before the tables of docs/configuration.md. */
export const INTRODUCTION = `# Configuration

<!-- Generated from the schema by \`make docs\`. Change src/config instead of this page. -->

An agent, a collector and an authority have a configuration each. Which of them a file is for is told by its keys: \`network\`
and \`files\` are an agent's, \`listen\` and \`store\` a collector's, and \`ca\` without those an authority's. \`forwarder check
--config FILE\` says everything that is wrong with one, by line and column, or what it would do.

## The form

A configuration is a JSON object in UTF-8, in the dialect of logstash-forwarder, whose files work unchanged:

- A line whose first character (but for spaces) is \`#\` is a comment.
- Keys are read in any letter case. An unknown key is an error that names the nearest known one (logstash-forwarder
  ignored it), and so is a key that stands twice.
- \`null\` is the same as leaving the key out.
- \`$NAME\` and \`\${NAME}\` stand for environment variables, anywhere in the text: a variable may hold a whole list. They are
  put in before the text is read, so a quote or backslash in a value has to be escaped as JSON wants it; for secrets the
  \`…File\` settings have no such trap. An unset variable stands for nothing, with a warning. Files that systemd hands over
  (\`LoadCredential=\`) are \`"\${CREDENTIALS_DIRECTORY}/name"\` in any setting that names a file; without that variable it is an
  error that has the unit's line. \`$$\` is a dollar sign; one that stands before anything but a name, \`{\` or \`$\` is one
  too. In comments nothing is replaced.
- A byte order mark is skipped. A file over 10 MiB is an error.

\`--config\` may name a directory. All files in it are read in the order of their names and make one configuration: lists
are joined, objects are merged, and any other setting may stand in one file only. Subdirectories, hidden files and what
editors and package managers leave behind (\`name~\`, \`.bak\`, \`.swp\`, \`.rpmnew\`, \`.dpkg-old\` and so on) are skipped with
a warning. \`"include": ["conf.d"]\` in a file adds other files and directories in the same way.

Values:

- **Durations** have a unit: \`"500ms"\`, \`"15s"\`, \`"1h30m"\`, \`"7d"\` (ns, us, ms, s, m, h, d). Only \`network.timeout\` also takes a
  bare number, of seconds.
- **Sizes** too: \`"64KiB"\`, \`"10MiB"\`, \`"1GB"\` (KiB, MiB, GiB, TiB are powers of 1024; kB, MB, GB, TB of 1000).
- **Addresses** are \`"host:port"\`, for IPv6 \`"[::1]:5043"\` or, as logstash-forwarder wrote it, \`"::1:5043"\`. A port that is
  left out is 5044 (logstash-forwarder refused such an address). Where an address without brackets could be read both
  ways, what follows the last colon is the port.
- **Paths** that are relative start at the working directory of the process, as they did in logstash-forwarder; those in
  \`include\` at the file that has them. State never lies there: see \`stateDir\`.

Secrets may stand in a file of their own (\`passwordFile\`, \`apiKeyFile\`, \`bearerFile\`; a newline at the end does not
count) or come from the environment. They are never printed, neither in errors nor in logs.

Names of fields: those that an event has anyway (\`message\`, \`@timestamp\`, \`@metadata\`, \`host\`, \`log\`, \`agent\`; with
protocol 1 \`file\`, \`host\`, \`offset\`, \`line\`) can't be taken for fields; the error says what to do instead. Values may be
strings, numbers, booleans, lists and objects; with protocol 1, all but strings are sent as JSON text.
`

/** After the tables. */
export const DIFFERENCES = `## Where logstash-forwarder did something else

| setting | logstash-forwarder | forwarder |
|---|---|---|
| unknown key, key twice | ignored, last one counts | an error |
| \`ssl certificate\` without \`ssl key\` | no certificate is shown | the same, with a warning |
| server without a port | refused | port 5044 |
| empty \`servers\` | crashed | an error |
| \`$$\`, \`$1\` | nothing | a dollar sign; \`$1\` as written |
| numbers, lists, objects in \`fields\` | refused | allowed |
| \`-\` twice | crashed | read once, with a warning |
| file matched by two entries | sent twice | belongs to the first |
| subdirectory or backup in a directory of files | refused to start | skipped with a warning |
| the whole configuration | echoed to the log | never printed |
`
