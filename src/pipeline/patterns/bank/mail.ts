import { type PatternSet, re } from './pattern-set.ts'

const names = ['REMOTE_HOST', 'INTERFACE', 'PROTOCOL', 'MSG_SIZE', 'HEADER_ID', 'SUBJECT']

// One field as it is passed by, read in one way only. What it holds is found by looking ahead, one field after another:
// a capture in a repeated group would keep the last field alone.
const passed = re`(?> (?:H=(?:\S+ )?(?:\(\S+\) )?\[%{IP}\](?::%{POSINT})?|T=%{QUOTEDSTRING}|[A-Za-z0-9]{1,4}=\S+))`

const span = ['y', 'w', 'd', 'h', 'm', 's'].map(unit => re`(?:\d+${unit})?`).join('')

const notices = [
  'Message is frozen',
  '(?:Start|End) queue run',
  ' Warning: ',
  ' retry time not reached ',
  ' no (?:IP address|host name) found for (?:IP address|host) ',
  ' unexpected disconnection while reading SMTP command ',
  ' no immediate delivery: ',
  'another process is handling this message',
]

export const mail: PatternSet = {
  both: {
    EXIM_MSGID: '[0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2}',
    EXIM_PID: re`\[%{POSINT:pid|process.pid:int}\]`,
    EXIM_QT: span,
    EXIM_EXCLUDE_TERMS: `(?:${notices.join('|')})`,
    EXIM_REMOTE_HOST: re`H=(?:%{NOTSPACE:remote_hostname|source.address} )?(?:\(%{NOTSPACE:remote_heloname|exim.log.remote_address}\) )?\[%{IP:remote_host|source.ip}\](?::%{POSINT:remote_port|source.port:int})?`,
    EXIM_INTERFACE: re`I=\[%{IP:exim_interface|destination.ip}\](?::%{NUMBER:exim_interface_port|destination.port:int})`,
    EXIM_PROTOCOL: 'P=%{NOTSPACE:protocol|network.protocol}',
    EXIM_MSG_SIZE: 'S=%{NUMBER:exim_msg_size|exim.log.message.size:int}',
    EXIM_HEADER_ID: 'id=%{NOTSPACE:exim_header_id|exim.log.header_id}',
    EXIM_NAMED_FIELDS: `${names.map(name => `(?:(?=${passed}* %{EXIM_${name}})|)`).join('')}${passed}*`,
    EXIM: '%{EXIM_MESSAGE_ARRIVAL}',
  },
  legacy: {
    EXIM_FLAGS: re`(?:<=|[-=>*]>|\*\*|==)`,
    EXIM_DATE: '%{YEAR:exim_year}-%{MONTHNUM:exim_month}-%{MONTHDAY:exim_day} %{TIME:exim_time}',
    EXIM_SUBJECT: 'T=%{QS:exim_subject}',
    EXIM_UNKNOWN_FIELD: '[A-Za-z0-9]{1,4}=%{NOTSPACE}',
    EXIM_MESSAGE_ARRIVAL: `%{EXIM_DATE:timestamp} (?:%{EXIM_PID} )?%{EXIM_MSGID:exim_msgid} (?<exim_flags><=) (?<exim_status>[a-z:] )?%{EMAILADDRESS:exim_sender_email}%{EXIM_NAMED_FIELDS}(?: for %{EMAILADDRESS:exim_recipient_email})?`,
  },
  ecs: {
    EXIM_FLAGS: re`(?:<=|=>|->|\*>|\*\*|==|<>|>>)`,
    EXIM_DATE: ':?%{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{TIME}',
    EXIM_QUOTED_CONTENT: re`[^\\"]*(?:\\.[^\\"]*)*`,
    EXIM_SUBJECT: 'T="%{EXIM_QUOTED_CONTENT:exim.log.message.subject}"',
    EXIM_UNKNOWN_FIELD: '[A-Za-z0-9]{1,4}=(?:%{QUOTEDSTRING}|%{NOTSPACE})',
    EXIM_MESSAGE_ARRIVAL: `%{EXIM_DATE:timestamp} (?:%{EXIM_PID} )?%{EXIM_MSGID:exim.log.message.id} (?<exim.log.flags><=) (?<exim.log.status>[a-z:] )?%{EMAILADDRESS:exim.log.sender.email}%{EXIM_NAMED_FIELDS}(?:(?: from <?%{DATA:exim.log.sender.original}>?)? for %{EMAILADDRESS:exim.log.recipient.email})?`,
  },
}
