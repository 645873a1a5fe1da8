// Loggers of programming languages that write text: Python, Java, logfmt, Docker, Kubernetes.
import type { Format, FormatOptions, WrittenProcessor } from './format.ts'
import { jsonSteps } from './json-steps.ts'
import { stackTrace } from './java-servers.ts'
import { date, dateOf, grok, lowercaseLevel, move, translate, when } from './steps.ts'

const event = { kind: 'event' }

const TRACEBACK: WrittenProcessor = when(
  "ctx.message != null && ctx.message.contains('Traceback (most recent call last)')",
  {
    grok: {
      field: 'message',
      patterns: [
        String.raw`\n(?<error.stack_trace>Traceback \(most recent call last\):\n[\s\S]*\n(?<error.type>[\w.]+)(?:: (?<error.message>[^\n]*))?)\z`,
      ],
      ignore_failure: true,
    },
  },
)

const PYTHON_JSON = {
  object: 'python',
  time: 'asctime',
  timeFormats: ['yyyy-MM-dd HH:mm:ss,SSS', 'ISO8601'],
  moved: {
    levelname: 'log.level',
    level: 'log.level',
    message: 'message',
    name: 'log.logger',
    exc_info: 'error.stack_trace',
    process: 'process.pid',
    funcName: 'log.origin.function',
  },
}

export const python: Format = {
  name: 'python',
  title: 'Python’s logging: with times, without them (basicConfig), and JSON of python-json-logger',
  multiline: 'python',
  paths: /python|django|gunicorn|celery/iu,
  examples: [
    '2026-11-29 21:24:45,123 - shop.pay - ERROR - cannot pay',
    '2026-11-29 21:24:45,123 ERROR shop.pay: cannot pay',
    'ERROR:shop.pay:cannot pay',
  ],
  variants: [
    {
      dataset: 'python.log',
      looks: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - [^\n]+? - (?:DEBUG|INFO|WARNING|ERROR|CRITICAL|NOTSET) - /u,
      fields: { event },
      processors: options => [
        grok(
          'message',
          String.raw`(?<_parsed.time>.{23}) - (?<log.logger>[^\n]+?) - %{WORD:log.level} - %{ALL:message}`,
        ),
        ...pythonSteps(options),
      ],
    },
    {
      dataset: 'python.log',
      looks: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \[?(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\]? /u,
      fields: { event },
      processors: options => [
        grok(
          'message',
          String.raw`(?<_parsed.time>.{23}) \[?%{WORD:log.level}\]? +(?:\[?(?<log.logger>[\w.]+)\]?: )?%{ALL:message}`,
        ),
        ...pythonSteps(options),
      ],
    },
    {
      dataset: 'python.log',
      looks: /^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):[\w.-]+:/u,
      fields: { event },
      processors: () => [
        grok('message', String.raw`%{WORD:log.level}:(?<log.logger>[\w.-]+):%{ALL:message}`),
        TRACEBACK,
        lowercaseLevel,
      ],
    },
    {
      dataset: 'python.log',
      looks: /^\{(?:[^\n]*, ?)?"(?:asctime|levelname)": ?"/u,
      fields: { event },
      processors: () => [...jsonSteps(PYTHON_JSON), lowercaseLevel],
    },
  ],
}

function pythonSteps(options: FormatOptions): readonly WrittenProcessor[] {
  return [date(['yyyy-MM-dd HH:mm:ss,SSS'], options), TRACEBACK, lowercaseLevel]
}

const JAVA_TIME = String.raw`(?<_parsed.time>[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:]{8}(?:[.,][0-9]+)?(?:Z|[+-][0-9:]+)?)`
const JAVA_TIMES = ['yyyy-MM-dd HH:mm:ss,SSS', 'yyyy-MM-dd HH:mm:ss.SSS', 'yyyy-MM-dd HH:mm:ss', 'ISO8601']
const JAVA_LEVEL = '(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)'
const JAVA_START = String.raw`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?`

function javaSteps(options: FormatOptions, ...patterns: readonly string[]): readonly WrittenProcessor[] {
  return [grok('message', ...patterns), date(JAVA_TIMES, options), stackTrace, lowercaseLevel]
}

export const java: Format = {
  name: 'java',
  title: 'Java: the usual patterns of Logback and Log4j 2, and Spring Boot',
  multiline: 'java',
  examples: [
    '2026-11-29 21:24:45,123 [main] ERROR com.example.Shop - cannot pay',
    '2026-11-29T21:24:45.123Z  INFO 812 --- [shop] [           main] com.example.Shop : started',
    '21:24:45.123 [main] INFO  com.example.Shop - started',
  ],
  variants: [
    {
      dataset: 'java.log',
      looks: new RegExp(String.raw`^${JAVA_START} +${JAVA_LEVEL} \d+ --- \[`, 'u'),
      fields: { event },
      processors: options =>
        javaSteps(
          options,
          String.raw`${JAVA_TIME} +%{WORD:log.level} %{NUMBERS:process.pid:long} --- (?:\[(?<service.name>[^\]\n]*)\] )?\[ *(?<process.thread.name>[^\]\n]*)\] (?<log.logger>[^ \n]+) *: %{ALL:message}`,
        ),
    },
    {
      dataset: 'java.log',
      looks: new RegExp(String.raw`^${JAVA_START} \[[^\]\n]*\] ${JAVA_LEVEL} +[\w.$]+ +-`, 'u'),
      fields: { event },
      processors: options =>
        javaSteps(
          options,
          String.raw`${JAVA_TIME} \[(?<process.thread.name>[^\]\n]*)\] %{WORD:log.level} +%{LOGGER:log.logger} +-{1,2} %{ALL:message}`,
        ),
    },
    {
      dataset: 'java.log',
      looks: new RegExp(String.raw`^${JAVA_START} ${JAVA_LEVEL} +(?:[\w.$]+ +\[|\[[^\]\n]*\] [\w.$]+)`, 'u'),
      fields: { event },
      processors: options =>
        javaSteps(
          options,
          String.raw`${JAVA_TIME} %{WORD:log.level} +%{LOGGER:log.logger} \[(?<process.thread.name>[^\]\n]*)\] (?:- )?%{ALL:message}`,
          String.raw`${JAVA_TIME} %{WORD:log.level} +\[(?<process.thread.name>[^\]\n]*)\] %{LOGGER:log.logger}:? (?:- )?%{ALL:message}`,
        ),
    },
    {
      // A time without a day: the event keeps the time of its reading.
      dataset: 'java.log',
      looks: new RegExp(String.raw`^\d\d:\d\d:\d\d[.,]\d{3} \[[^\]\n]*\] ${JAVA_LEVEL} +[\w.$]+ +-`, 'u'),
      fields: { event },
      processors: () => [
        grok(
          'message',
          String.raw`[0-9:.,]+ \[(?<process.thread.name>[^\]\n]*)\] %{WORD:log.level} +%{LOGGER:log.logger} +-(?:-|(?:kvp)?-)? ?%{ALL:message}`,
        ),
        stackTrace,
        lowercaseLevel,
      ],
    },
  ],
}

const LOGFMT_NAMES = {
  level: 'log.level',
  lvl: 'log.level',
  msg: 'message',
  message: 'message',
  error: 'error.message',
  err: 'error.message',
  logger: 'log.logger',
}

/** The members of a line of logfmt, those with a name in the schema under it. */
function logfmtSteps(object: string): readonly WrittenProcessor[] {
  const times = ['time', 'ts', 't', 'timestamp']
  return [
    { logfmt: { field: 'message', target_field: object } },
    ...times.map(name => move(`${object}.${name}`, '_parsed.time')),
    when('ctx._parsed?.time != null', dateOf('_parsed.time', ['ISO8601', 'UNIX'])),
    ...Object.entries(LOGFMT_NAMES).map(([name, field]) => move(`${object}.${name}`, field)),
    lowercaseLevel,
  ]
}

export const logfmt: Format = {
  name: 'logfmt',
  title: 'logfmt, as logrus, go-kit, Grafana, Prometheus and Heroku write it',
  examples: ['time="2026-11-29T21:24:45Z" level=error msg="cannot pay" order=7 error="boom"'],
  variants: [
    {
      dataset: 'logfmt.log',
      looks: /^(?:[\w.-]+=(?:"[^"\n]*"|[^ "\n]*) ){1,8}?(?:level|lvl|msg|message)=/u,
      fields: { event },
      processors: () => logfmtSteps('logfmt'),
    },
    {
      dataset: 'logfmt.log',
      looks: /^(?:level|lvl|msg|at)=[^\n]+ [\w.-]+=/u,
      fields: { event },
      processors: () => logfmtSteps('logfmt'),
    },
  ],
}

export const docker: Format = {
  name: 'docker',
  title: 'Docker: the log of dockerd and containerd, and lines of json-file that an agent sent as they are',
  paths: /docker|containerd/iu,
  examples: [
    'time="2026-11-29T21:24:45.123456789Z" level=info msg="API listen on /run/docker.sock"',
    '{"log":"paid\\n","stream":"stdout","time":"2026-11-29T21:24:45.123456789Z"}',
  ],
  variants: [
    {
      dataset: 'docker.daemon',
      looks: /^time="[^"]+" level=[a-z]+ msg="/u,
      fields: { event, service: { type: 'docker' } },
      processors: () => logfmtSteps('docker.daemon'),
    },
    {
      dataset: 'docker.container_logs',
      looks: /^\{"log":"(?:[^"\\]|\\.)*","stream":"std(?:out|err)"/u,
      fields: { event },
      processors: () => [
        { json: { field: 'message', target_field: 'docker' } },
        dateOf('docker.time', ['ISO8601']),
        { remove: { field: 'docker.time' } },
        move('docker.log', 'message'),
        move('docker.stream', 'stream'),
        move('docker.attrs', 'container.labels'),
        { gsub: { field: 'message', pattern: String.raw`\r?\n$`, replacement: '' } },
      ],
    },
  ],
}

export const kubernetes: Format = {
  name: 'kubernetes',
  title: 'Kubernetes’ own programs (klog): kubelet, API server, scheduler, controllers',
  paths: /kube/iu,
  examples: ['I1129 21:24:45.123456     812 server.go:415] "Kubelet version" kubeletVersion="v1.31.0"'],
  variants: [
    {
      dataset: 'kubernetes.log',
      looks: /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ [\w.-]+:\d+\] /u,
      fields: { event, service: { type: 'kubernetes' } },
      processors: options => [
        grok(
          'message',
          String.raw`(?<log.level>[IWEF])(?<_parsed.time>[0-9]{4} [0-9:.]+) +%{NUMBERS:process.thread.id:long} (?<log.origin.file.name>[\w.-]+):%{NUMBERS:log.origin.file.line:long}\] (?<message>(?:"(?<_parsed.text>[^"\\]*(?:\\.[^"\\]*)*)"(?: (?<_parsed.values>[\w./-]+=[\s\S]*))?)?[\s\S]*)`,
        ),
        date(['MMdd HH:mm:ss.SSSSSS'], options),
        translate('log.level', { I: 'info', W: 'warning', E: 'error', F: 'fatal' }),
        move('_parsed.text', 'message'),
        { logfmt: { field: '_parsed.values', target_field: 'kubernetes.values', ignore_missing: true } },
        move('kubernetes.values.err', 'error.message'),
      ],
    },
  ],
}
