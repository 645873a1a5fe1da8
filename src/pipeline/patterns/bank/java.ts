import { type PatternSet, re } from './pattern-set.ts'

const name = '[A-Za-z$_][A-Za-z$_0-9]*'
const clock = '%{HOUR}:?%{MINUTE}:?%{SECOND}'

export const java: PatternSet = {
  both: {
    // Each full stop is read by the group only: a class that does not end well is given up in linear time.
    JAVACLASS: re`(?:${name}\.)*${name}`,
    // With blanks for `Native Method` and `Unknown Source`.
    JAVAFILE: '[A-Za-z$_0-9. -]+',
    JAVAMETHOD: `<(?:cl)?init>|${name}`,
    JAVATHREAD: re`[A-Z]{2}-Processor\d+`,
    JAVALOGMESSAGE: '.*',
  },
  legacy: {
    JAVASTACKTRACEPART: re`\s*at %{JAVACLASS:class}\.%{JAVAMETHOD:method}\(%{JAVAFILE:file}(?::%{NUMBER:line})?\)`,
    CATALINA_DATESTAMP: `%{MONTH} %{MONTHDAY}, 20%{YEAR} ${clock} [AP]M`,
    TOMCAT_DATESTAMP: `20%{YEAR}-%{MONTHNUM}-%{MONTHDAY} ${clock} %{ISO8601_TIMEZONE}`,
    CATALINALOG: '%{CATALINA_DATESTAMP:timestamp} %{JAVACLASS:class} %{JAVALOGMESSAGE:logmessage}',
    TOMCATLOG: re`%{TOMCAT_DATESTAMP:timestamp} \| %{LOGLEVEL:level} \| %{JAVACLASS:class} - %{JAVALOGMESSAGE:logmessage}`,
  },
  ecs: {
    JAVASTACKTRACEPART: re`\s*at %{JAVACLASS:java.log.origin.class.name}\.%{JAVAMETHOD:log.origin.function}\(%{JAVAFILE:log.origin.file.name}(?::%{INT:log.origin.file.line:int})?\)`,
    CATALINA7_DATESTAMP: '%{MONTH} %{MONTHDAY}, %{YEAR} %{HOUR}:%{MINUTE}:%{SECOND} [AP]M',
    CATALINA7_LOG: re`%{CATALINA7_DATESTAMP:timestamp} %{JAVACLASS:java.log.origin.class.name}(?: %{JAVAMETHOD:log.origin.function})?\s*(?:%{LOGLEVEL:log.level}:)? %{JAVALOGMESSAGE:message}`,
    CATALINA8_DATESTAMP: '%{MONTHDAY}-%{MONTH}-%{YEAR} %{HOUR}:%{MINUTE}:%{SECOND}',
    CATALINA8_LOG: re`%{CATALINA8_DATESTAMP:timestamp} %{LOGLEVEL:log.level} \[%{DATA:java.log.origin.thread.name}\] %{JAVACLASS:java.log.origin.class.name}\.%{JAVAMETHOD:log.origin.function}? %{JAVALOGMESSAGE:message}`,
    CATALINA_DATESTAMP: '%{CATALINA8_DATESTAMP}|%{CATALINA7_DATESTAMP}',
    CATALINALOG: '%{CATALINA8_LOG}|%{CATALINA7_LOG}',
    TOMCAT7_LOG: '%{CATALINA7_LOG}',
    TOMCAT8_LOG: '%{CATALINA8_LOG}',
    TOMCATLEGACY_DATESTAMP: '%{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{HOUR}:%{MINUTE}:%{SECOND}(?: %{ISO8601_TIMEZONE})?',
    TOMCATLEGACY_LOG: re`%{TOMCATLEGACY_DATESTAMP:timestamp} \| %{LOGLEVEL:log.level} \| %{JAVACLASS:java.log.origin.class.name} - %{JAVALOGMESSAGE:message}`,
    TOMCAT_DATESTAMP: '%{CATALINA8_DATESTAMP}|%{CATALINA7_DATESTAMP}|%{TOMCATLEGACY_DATESTAMP}',
    TOMCATLOG: '%{TOMCAT8_LOG}|%{TOMCAT7_LOG}|%{TOMCATLEGACY_LOG}',
  },
}
