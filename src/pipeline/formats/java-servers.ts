// Servers written in Java: Elasticsearch, OpenSearch, Kafka, Tomcat, RabbitMQ (which is not, but logs alike).
import type { Format, WrittenProcessor } from './format.ts'
import { jsonSteps } from './json-steps.ts'
import { date, grok, grokWith, lowercaseLevel, move, when } from './steps.ts'
import { ACCESS_FIELDS, ACCESS_LOOK, accessGrok, accessPattern, accessSteps } from './web-access.ts'

/**
 * A stack trace behind the first line of a message. Another line may be between them, since a message may have several.
 */
export const stackTrace: WrittenProcessor = when("ctx.message != null && ctx.message.contains('\\n')", {
  grok: {
    field: 'message',
    patterns: [
      String.raw`\n(?<error.stack_trace>[ \t]*(?<error.type>[\w.$]+(?:Exception|Error|Throwable))(?:: (?<error.message>[^\n]*))?\n[\s\S]*)\z`,
    ],
    ignore_failure: true,
  },
})

const service = { type: 'elasticsearch' }
const database = { kind: 'event', category: ['database'] }

export const elasticsearch: Format = {
  name: 'elasticsearch',
  title:
    'Elasticsearch and OpenSearch: server, deprecation and slow logs, as text or JSON, and the log of the garbage collector',
  paths: /elasticsearch|opensearch/iu,
  multiline: { pattern: String.raw`^(?:\[\d{4}-|\{")`, negate: true, match: 'after' },
  examples: [
    '[2026-11-29T21:24:45,123][INFO ][o.e.n.Node               ] [node-1] started',
    '{"@timestamp":"2026-11-29T21:24:45.123Z", "log.level": "INFO", "message":"started", "ecs.version": "1.2.0","service.name":"ES_ECS","event.dataset":"elasticsearch.server","process.thread.name":"main","log.logger":"org.elasticsearch.node.Node","elasticsearch.node.name":"node-1"}',
  ],
  variants: [
    {
      dataset: 'elasticsearch.server',
      looks: /^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[,.]\d{3}(?:Z|[+-]\d\d:?\d\d)?\]\[[A-Z]+ *\]\[/u,
      fields: { event: database, service },
      processors: options => [
        grok(
          'message',
          String.raw`\[(?<_parsed.time>[^\]]+)\]\[%{WORD:log.level} *\]\[(?<log.logger>[^\] ]+) *\] ?(?:\[(?<elasticsearch.node.name>[^\]\n]*)\] ?)?(?:\[(?<elasticsearch.index.name>[^\]\[/\n]+)/(?<elasticsearch.index.id>[^\]\n]+)\] ?)?%{ALL:message}`,
        ),
        date(["yyyy-MM-dd'T'HH:mm:ss,SSS", 'ISO8601'], options),
        stackTrace,
        lowercaseLevel,
      ],
    },
    {
      dataset: 'elasticsearch.gc',
      looks: /^\[\d{4}-\d\d-\d\dT[\d:.+-]+\]\[\d+\]\[[a-z][\w,+]* *\] /u,
      fields: { event: database, service },
      processors: () => [
        grok(
          'message',
          String.raw`\[(?<_parsed.time>[^\]]+)\]\[%{NUMBERS:process.pid:long}\]\[(?<elasticsearch.gc.tags>[^\] ]+) *\] %{ALL:message}`,
        ),
        date(["yyyy-MM-dd'T'HH:mm:ss.SSSZ"]),
      ],
    },
    {
      dataset: 'elasticsearch.server',
      looks: /^\{"@timestamp":"[^"]+", ?"log\.level": ?"/u,
      fields: { event: database, service },
      processors: () => [
        { json: { field: 'message', target_field: '_parsed.line' } },
        { dot_expander: { field: '*', path: '_parsed.line', override: true } },
        move('_parsed.line.@timestamp', '_parsed.time'),
        date(['ISO8601']),
        ...['message', 'log', 'error', 'process', 'elasticsearch', 'trace', 'data_stream'].map(name =>
          move(`_parsed.line.${name}`, name),
        ),
        move('_parsed.line.event.dataset', 'event.dataset'),
        lowercaseLevel,
      ],
    },
    {
      dataset: 'elasticsearch.server',
      looks: /^\{"type": ?"[\w.]+", ?"timestamp": ?"/u,
      fields: { event: database, service },
      processors: () => [
        ...jsonSteps({
          object: 'elasticsearch.server',
          time: 'timestamp',
          timeFormats: ["yyyy-MM-dd'T'HH:mm:ss,SSSXXX", 'ISO8601'],
          moved: {
            level: 'log.level',
            component: 'log.logger',
            message: 'message',
            'node.name': 'elasticsearch.node.name',
            'node.id': 'elasticsearch.node.id',
            'cluster.name': 'elasticsearch.cluster.name',
            'cluster.uuid': 'elasticsearch.cluster.uuid',
            stacktrace: '_parsed.stack',
          },
        }),
        { join: { field: '_parsed.stack', target_field: 'error.stack_trace', separator: '\n', ignore_failure: true } },
        lowercaseLevel,
      ],
    },
  ],
}

export const kafka: Format = {
  name: 'kafka',
  title: 'Apache Kafka and ZooKeeper',
  paths: /kafka/iu,
  multiline: { pattern: String.raw`^\[\d{4}-`, negate: true, match: 'after' },
  examples: ['[2026-11-29 21:24:45,123] INFO [KafkaServer id=0] started (kafka.server.KafkaServer)'],
  variants: [
    {
      dataset: 'kafka.log',
      looks: /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] [A-Z]+ /u,
      fields: { event: { kind: 'event' }, service: { type: 'kafka' } },
      processors: options => [
        grokWith(
          { TEXT: String.raw`[\s\S]*?`, COMPONENT: String.raw`[^\]\n]*` },
          'message',
          String.raw`\[(?<_parsed.time>[^\]]+)\] %{WORD:log.level} +(?<message>(?:\[%{COMPONENT:kafka.log.component}\]:? )?%{TEXT})(?: \(%{LOGGER:log.logger}\))?(?:\n(?<_parsed.stack>(?<error.type>[\w.$]+(?:Exception|Error|Throwable))(?:: (?<error.message>[^\n]*))?(?:\n[\s\S]*)?))?`,
        ),
        date(['yyyy-MM-dd HH:mm:ss,SSS'], options),
        move('_parsed.stack', 'error.stack_trace'),
        lowercaseLevel,
      ],
    },
  ],
}

export const tomcat: Format = {
  name: 'tomcat',
  title: 'Apache Tomcat, catalina and localhost logs, and access log',
  paths: /tomcat|catalina|localhost_access/iu,
  multiline: { pattern: String.raw`^(?:\d\d-[A-Z][a-z]{2}-\d{4} |[^ ]+ [^ ]+ [^ ]+ \[)`, negate: true, match: 'after' },
  examples: [
    '29-Nov-2026 21:24:45.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [1234] milliseconds',
    '203.0.113.7 - - [29/Nov/2026:21:24:45 +0000] "GET /shop HTTP/1.1" 200 512',
  ],
  variants: [
    {
      dataset: 'tomcat.log',
      looks: /^\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d[.,]\d{3} [A-Z]+ \[/u,
      fields: { event: { kind: 'event', category: ['web'] }, service: { type: 'tomcat' } },
      processors: options => [
        grok(
          'message',
          String.raw`(?<_parsed.time>[^ ]+ [^ ]+) %{WORD:log.level} \[(?<process.thread.name>[^\]\n]*)\] (?<log.logger>[\w.$]+)\.(?<log.origin.function>[\w<>$]+) %{ALL:message}`,
        ),
        date(['dd-MMM-yyyy HH:mm:ss.SSS'], options),
        stackTrace,
        lowercaseLevel,
      ],
    },
    {
      dataset: 'tomcat.access',
      looks: ACCESS_LOOK,
      fields: { event: ACCESS_FIELDS, service: { type: 'tomcat' } },
      processors: () => accessSteps(accessGrok(accessPattern('tomcat.access.identity'))),
    },
  ],
}

export const rabbitmq: Format = {
  name: 'rabbitmq',
  title: 'RabbitMQ, from release 3.9 on',
  paths: /rabbit/iu,
  examples: ['2026-11-29 21:24:45.123456+00:00 [info] <0.812.0> Server startup complete; 0 plugins started.'],
  variants: [
    {
      dataset: 'rabbitmq.log',
      looks: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+(?:[+-]\d\d:\d\d|Z)? \[[a-z]+\] <[\d.]+>/u,
      fields: { event: { kind: 'event' }, service: { type: 'rabbitmq' } },
      processors: options => [
        grok(
          'message',
          String.raw`(?<_parsed.time>[0-9-]{10} [0-9:.]+(?:[+-][0-9:]+|Z)?) \[%{WORD:log.level}\] <(?<rabbitmq.log.pid>[0-9.]+)>(?: %{ALL:message})?`,
        ),
        date(['yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'yyyy-MM-dd HH:mm:ss.SSSXXX', 'yyyy-MM-dd HH:mm:ss.SSSSSS'], options),
      ],
    },
  ],
}
