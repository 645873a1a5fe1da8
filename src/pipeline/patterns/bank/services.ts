import { type PatternSet, re } from './pattern-set.ts'

const railsTime = '%{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{HOUR}:%{MINUTE}:%{SECOND} %{ISO8601_TIMEZONE}'
const activeRecord = '%{NUMBER:activerecordms|rails.request.duration.active_record:float}ms'

export const rails: PatternSet = {
  both: {
    RUUID: re`\h{32}`,
    RCONTROLLER: re`(?<controller|rails.controller.class>[^#]+)#(?<action|rails.controller.action>\w+)`,
    // `(?m)` lets the full stop read line ends, to the end of the pattern.
    RAILS3HEAD: re`(?m)Started %{WORD:verb|http.request.method} "%{URIPATHPARAM:request|url.original}" for %{IPORHOST:clientip|source.address} at (?<timestamp|timestamp>${railsTime})`,
    RPROCESSING: re`\W*Processing by %{RCONTROLLER} as (?<format|rails.request.format>\S+)(?:\W*Parameters: \{%{DATA:params|rails.request.params}\}\W*)?`,
    RAILS3PROFILE: re`(?:\((?:Views: %{NUMBER:viewms|rails.request.duration.view:float}ms \| )?ActiveRecord: ${activeRecord})?`,
    RAILS3: re`%{RAILS3HEAD}%{RPROCESSING}?(?<context|rails.request.explain.original>(?:[^\n]*\n)*)%{RAILS3FOOT}?`,
  },
  legacy: {
    RAILS3FOOT: 'Completed %{NUMBER:response}%{DATA} in %{NUMBER:totalms}ms %{RAILS3PROFILE}%{GREEDYDATA}',
  },
  ecs: {
    RAILS3FOOT:
      'Completed %{POSINT:http.response.status_code:int}%{DATA} in %{NUMBER:rails.request.duration.total:float}ms %{RAILS3PROFILE}%{GREEDYDATA}',
  },
}

export const mongodb: PatternSet = {
  both: {
    MONGO_LOG: re`%{SYSLOGTIMESTAMP:timestamp|timestamp} \[%{WORD:component|mongodb.component}\] %{GREEDYDATA:message|message}`,
    MONGO_WORDDASH: re`\b[\w-]+\b`,
    // Two blanks at least, and what follows the second brace: only `MONGO_SLOWQUERY` has it.
    MONGO_QUERY: re`\{ .*(?= \} ntoreturn:) \}`,
    MONGO3_SEVERITY: re`\w`,
  },
  legacy: {
    MONGO_SLOWQUERY: re`%{WORD} %{MONGO_WORDDASH:database}\.%{MONGO_WORDDASH:collection} %{WORD}: %{MONGO_QUERY:query} %{WORD}:%{NONNEGINT:ntoreturn} %{WORD}:%{NONNEGINT:ntoskip} %{WORD}:%{NONNEGINT:nscanned}.*nreturned:%{NONNEGINT:nreturned}..+ (?<duration>\d+)ms`,
    MONGO3_COMPONENT: '%{WORD}|-',
    MONGO3_LOG: re`%{TIMESTAMP_ISO8601:timestamp} %{MONGO3_SEVERITY:severity} %{MONGO3_COMPONENT:component}\s*(?:\[%{DATA:context}\])? %{GREEDYDATA:message}`,
  },
  ecs: {
    MONGO_SLOWQUERY: re`%{WORD:mongodb.profile.op} %{MONGO_WORDDASH:mongodb.database}\.%{MONGO_WORDDASH:mongodb.collection} %{WORD}: %{MONGO_QUERY:mongodb.query.original} ntoreturn:%{NONNEGINT:mongodb.profile.ntoreturn:int} ntoskip:%{NONNEGINT:mongodb.profile.ntoskip:int} nscanned:%{NONNEGINT:mongodb.profile.nscanned:int}.*? nreturned:%{NONNEGINT:mongodb.profile.nreturned:int}.*? %{INT:mongodb.profile.duration:int}ms`,
    MONGO3_COMPONENT: '%{WORD}',
    MONGO3_LOG: re`%{TIMESTAMP_ISO8601:timestamp} %{MONGO3_SEVERITY:log.level} (?:-|%{MONGO3_COMPONENT:mongodb.component})\s*(?:\[%{DATA:mongodb.context}\])? %{GREEDYDATA:message}`,
  },
}

export const redis: PatternSet = {
  both: {
    REDISTIMESTAMP: '%{MONTHDAY} %{MONTH} %{TIME}',
  },
  legacy: {
    REDISLOG: re`\[%{POSINT:pid}\] %{REDISTIMESTAMP:timestamp} \* `,
    REDISMONLOG: re`%{NUMBER:timestamp} \[%{INT:database} %{IP:client}:%{NUMBER:port}\] "%{WORD:command}"\s?%{GREEDYDATA:params}`,
  },
  ecs: {
    REDISLOG: re`\[%{POSINT:process.pid:int}\] %{REDISTIMESTAMP:timestamp} \*`,
    REDISMONLOG: re`%{NUMBER:timestamp} \[%{INT:redis.database.id} %{IP:client.ip}:%{POSINT:client.port:int}\] "%{WORD:redis.command.name}"\s?%{GREEDYDATA:redis.command.args}`,
  },
}

export const ruby: PatternSet = {
  both: {
    RUBY_LOGLEVEL: 'DEBUG|INFO|WARN|ERROR|FATAL',
    RUBY_LOGGER: re`[DIWEF], \[%{TIMESTAMP_ISO8601:timestamp|timestamp} #%{POSINT:pid|process.pid:int}\] *%{RUBY_LOGLEVEL:loglevel|log.level} -- +%{DATA:progname|process.name}: %{GREEDYDATA:message|message}`,
    MCOLLECTIVE: re`., \[%{TIMESTAMP_ISO8601:timestamp|timestamp} #%{POSINT:pid|process.pid:int}\]\s*%{LOGLEVEL:event_level|log.level}`,
    MCOLLECTIVEAUDIT: '%{TIMESTAMP_ISO8601:timestamp|timestamp}:',
  },
}

export const postgresql: PatternSet = {
  both: {
    POSTGRESQL:
      '%{DATESTAMP:timestamp|timestamp} %{TZ:|event.timezone} %{DATA:user_id|user.name} %{GREEDYDATA:connection_id|postgresql.log.connection_id} %{POSINT:pid|process.pid:int}',
  },
}

export const squid: PatternSet = {
  legacy: {
    SQUID3: re`%{NUMBER:timestamp}\s+%{NUMBER:duration}\s%{IP:client_address}\s%{WORD:cache_result}/%{NONNEGINT:status_code}\s%{NUMBER:bytes}\s%{WORD:request_method}\s%{NOTSPACE:url}\s(?:%{NOTSPACE:user}|-)\s%{WORD:hierarchy_code}/(?:%{IPORHOST:server}|-)\s%{NOTSPACE:content_type}`,
  },
  ecs: {
    SQUID3_STATUS: '(?:%{POSINT:http.response.status_code:int}|0|000)',
    SQUID3: re`%{NUMBER:timestamp}\s+%{NUMBER:squid.request.duration:int}\s%{IP:source.ip}\s%{WORD:event.action}/%{SQUID3_STATUS}\s%{INT:http.response.bytes:int}\s%{WORD:http.request.method}\s%{NOTSPACE:url.original}\s(?:-|%{NOTSPACE:user.name})\s%{WORD:squid.hierarchy_code}/(?:-|%{IPORHOST:destination.address})\s(?:-|%{NOTSPACE:http.response.mime_type})`,
  },
}

export const maven: PatternSet = {
  both: {
    MAVEN_VERSION: re`(?:\d+\.){0,2}(?:\*|\d+)(?:[.-](?:RELEASE|SNAPSHOT))?`,
  },
}

export const bind: PatternSet = {
  both: {
    BIND9_TIMESTAMP: '%{MONTHDAY}-%{MONTH}-%{YEAR} %{TIME}',
  },
  legacy: {
    BIND9: re`%{BIND9_TIMESTAMP:timestamp} queries: %{LOGLEVEL:loglevel}: client(?::? @0x\h+)? %{IP:clientip}#%{POSINT:clientport} \(%{GREEDYDATA:query}\): query: %{GREEDYDATA:query} IN %{GREEDYDATA:querytype} \(%{IP:dns}\)`,
  },
  ecs: {
    BIND9_DNSTYPE:
      'A|AAAA|CAA|CDNSKEY|CDS|CERT|CNAME|CSYNC|DLV|DNAME|DNSKEY|DS|HINFO|LOC|MX|NAPTR|NS|NSEC|NSEC3|OPENPGPKEY|PTR|RRSIG|RP|SIG|SMIMEA|SOA|SRV|TSIG|TXT|URI',
    BIND9_CATEGORY: 'queries',
    BIND9_QUERYLOGBASE: re`client(?::? @0x\h+)? %{IP:client.ip}#%{POSINT:client.port:int} \(%{GREEDYDATA:bind.log.question.name}\): query: %{GREEDYDATA:dns.question.name} (?<dns.question.class>IN) %{BIND9_DNSTYPE:dns.question.type}(?::? %{DATA:bind.log.question.flags})? \(%{IP:server.ip}\)`,
    BIND9_QUERYLOG:
      '%{BIND9_TIMESTAMP:timestamp} %{BIND9_CATEGORY:bing.log.category}: %{LOGLEVEL:log.level}: %{BIND9_QUERYLOGBASE}',
    BIND9: '%{BIND9_QUERYLOG}',
  },
}
