import { type PatternSet, re } from './pattern-set.ts'

export const syslog: PatternSet = {
  both: {
    SYSLOGPROG: re`%{PROG:program|process.name}(?:\[%{POSINT:pid|process.pid:int}\])?`,
    SYSLOGHOST: '%{IPORHOST}',
    // The full stop is any character, as it always was.
    SYSLOGFACILITY:
      '<%{NONNEGINT:facility|log.syslog.facility.code:int}.%{NONNEGINT:priority|log.syslog.priority:int}>',
    SYSLOGBASE:
      '%{SYSLOGTIMESTAMP:timestamp|timestamp} (?:%{SYSLOGFACILITY} )?%{SYSLOGHOST:logsource|host.hostname} %{SYSLOGPROG}:',
    SYSLOGLINE: '%{SYSLOGBASE2} %{GREEDYDATA:message|message}',
    SYSLOG5424PRINTASCII: '[!-~]+',
    SYSLOG5424PRI: '<%{NONNEGINT:syslog5424_pri|log.syslog.priority:int}>',
    SYSLOG5424SD: re`\[.*?\]+`,
    SYSLOG5424LINE: '%{SYSLOG5424BASE} +%{GREEDYDATA:syslog5424_msg|message}',
    CRON_ACTION: '[A-Z ]+',
    CRONLOG: re`%{SYSLOGBASE} \(%{USER:user|user.name}\) %{CRON_ACTION:action|system.cron.action} \(%{DATA:message|message}\)`,
  },
  legacy: {
    // One host only: repeated ones, as Logstash has them, take exponential time where no space follows.
    SYSLOGBASE2:
      '(?:%{SYSLOGTIMESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp8601}) (?:%{SYSLOGFACILITY} )?%{SYSLOGHOST:logsource}(?: %{SYSLOGPROG}:)?',
    SYSLOGPAMSESSION: re`%{SYSLOGBASE} (?=%{GREEDYDATA:message})%{WORD:pam_module}\(%{DATA:pam_caller}\): session %{WORD:pam_session_state} for user %{USERNAME:username}(?: by %{GREEDYDATA:pam_by})?`,
    SYSLOG5424BASE: [
      '%{SYSLOG5424PRI}%{NONNEGINT:syslog5424_ver}',
      '(?:%{TIMESTAMP_ISO8601:syslog5424_ts}|-)',
      '(?:%{IPORHOST:syslog5424_host}|-)',
      '(?:-|%{SYSLOG5424PRINTASCII:syslog5424_app})',
      '(?:-|%{SYSLOG5424PRINTASCII:syslog5424_proc})',
      '(?:-|%{SYSLOG5424PRINTASCII:syslog5424_msgid})',
      '(?:%{SYSLOG5424SD:syslog5424_sd}|-|)',
    ].join(' +'),
  },
  ecs: {
    SYSLOGBASE2:
      '(?:%{SYSLOGTIMESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp})(?: %{SYSLOGFACILITY})?(?: %{SYSLOGHOST:host.hostname})?(?: %{SYSLOGPROG}:)?',
    SYSLOGPAMSESSION: re`%{SYSLOGBASE} (?=%{GREEDYDATA:message})%{WORD:system.auth.pam.module}\(%{DATA:system.auth.pam.origin}\): session %{WORD:system.auth.pam.session_state} for user %{USERNAME:user.name}(?: by .*)?`,
    SYSLOG5424BASE: [
      '%{SYSLOG5424PRI}%{NONNEGINT:system.syslog.version}',
      '(?:-|%{TIMESTAMP_ISO8601:timestamp})',
      '(?:-|%{IPORHOST:host.hostname})',
      '(?:-|%{SYSLOG5424PRINTASCII:process.name})',
      '(?:-|%{POSINT:process.pid:int})',
      '(?:-|%{SYSLOG5424PRINTASCII:event.code})',
      '(?:-|%{SYSLOG5424SD:system.syslog.structured_data})?',
    ].join(' +'),
  },
}
