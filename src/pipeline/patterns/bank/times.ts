import { type PatternSet, re } from './pattern-set.ts'

const months = [
  '[Jj]an(?:uary?)?',
  '[Ff]eb(?:ruary?)?',
  '[Mm][aä]?r(?:ch|z)?',
  '[Aa]pr(?:il)?',
  '[Mm]a[yi]?',
  '[Jj]un[ei]?',
  '[Jj]ul[yi]?',
  '[Aa]ug(?:ust)?',
  '[Ss]ep(?:tember)?',
  '[Oo][ck]?t(?:ober)?',
  '[Nn]ov(?:ember)?',
  '[Dd]e[cz](?:ember)?',
]

export const times: PatternSet = {
  both: {
    MONTH: re`\b(?:${months.join('|')})\b`,
    MONTHNUM: '0?[1-9]|1[012]',
    MONTHNUM2: '0[1-9]|1[012]',
    MONTHDAY: re`0[1-9]|[12]\d|3[01]|[1-9]`,
    DAY: '(?:Mon|Fri|Sun)(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Sat(?:urday)?',
    YEAR: re`\d\d(?:\d\d)?`,
    HOUR: re`2[0-3]|[01]?\d`,
    MINUTE: re`[0-5]\d`,
    // 60 is a leap second.
    SECOND: re`(?:[0-5]?\d|60)(?:[:.,]\d+)?`,
    TIME: re`%{HOUR}:%{MINUTE}:%{SECOND}(?!\d)`,
    DATE_US: '%{MONTHNUM}[/-]%{MONTHDAY}[/-]%{YEAR}',
    DATE_EU: '%{MONTHDAY}[./-]%{MONTHNUM}[./-]%{YEAR}',
    DATE: '%{DATE_US}|%{DATE_EU}',
    DATESTAMP: '%{DATE}[ -]%{TIME}',
    ISO8601_TIMEZONE: 'Z|[+-]%{HOUR}:?%{MINUTE}',
    ISO8601_SECOND: '%{SECOND}',
    TIMESTAMP_ISO8601: '%{YEAR}-%{MONTHNUM}-%{MONTHDAY}[ T]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?%{ISO8601_TIMEZONE}?',
    TZ: '[ACEMP][DS]T|UTC',
    DATESTAMP_RFC822: '%{DAY} %{MONTH} %{MONTHDAY} %{YEAR} %{TIME} %{TZ}',
    DATESTAMP_RFC2822: '%{DAY}, %{MONTHDAY} %{MONTH} %{YEAR} %{TIME} %{ISO8601_TIMEZONE}',
    DATESTAMP_OTHER: '%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{TZ} %{YEAR}',
    DATESTAMP_EVENTLOG: '%{YEAR}%{MONTHNUM2}%{MONTHDAY}%{HOUR}%{MINUTE}%{SECOND}',
    SYSLOGTIMESTAMP: '%{MONTH} +%{MONTHDAY} %{TIME}',
    HTTPDATE: '%{MONTHDAY}/%{MONTH}/%{YEAR}:%{TIME} %{INT}',
  },
  legacy: {
    // The hours of Elasticsearch 7, where one digit was not enough.
    ISO8601_HOUR: re`2[0-3]|[01]\d`,
  },
}
