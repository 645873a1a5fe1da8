// What is measured: a pipeline in the words of Elasticsearch, and lines that pass it.
import { makeAccessLogLine } from '../../src/demo/access-log.ts'

export interface PipelineCase {
  readonly name: string
  readonly processors: readonly Readonly<Record<string, unknown>>[]
  readonly lineOf: (number: number) => string
}

const ACCESS = { grok: { field: 'message', patterns: ['^%{COMBINEDAPACHELOG}'] } }
const ACCESS_DISSECT =
  '%{clientip} %{ident} %{auth} [%{timestamp}] "%{verb} %{request} HTTP/%{httpversion}" %{response} %{bytes} "%{referrer}" "%{agent}"'
/** Of a Ballerina service that ships with Filebeat and Logstash. */
const SERVICE =
  '^%{TIMESTAMP_ISO8601:date}%{SPACE}%{WORD:logLevel}%{SPACE}\\[%{GREEDYDATA:package}\\]%{SPACE}\\-%{SPACE}%{GREEDYDATA:logMessage}'

export const CASES: readonly PipelineCase[] = [
  { name: 'nothing', processors: [], lineOf: makeAccessLogLine },
  { name: 'access log, grok', processors: [ACCESS], lineOf: makeAccessLogLine },
  {
    name: 'access log, grok and user agent',
    processors: [ACCESS, { user_agent: { field: 'agent', ignore_missing: true } }],
    lineOf: makeAccessLogLine,
  },
  {
    name: 'access log, dissect',
    processors: [{ dissect: { field: 'message', pattern: ACCESS_DISSECT } }],
    lineOf: makeAccessLogLine,
  },
  {
    name: 'service log, grok',
    processors: [{ grok: { field: 'message', patterns: [SERVICE] } }],
    lineOf: makeServiceLine,
  },
  {
    name: 'JSON lines',
    processors: [{ json: { field: 'message', target_field: 'json' } }],
    lineOf: makeJsonLine,
  },
]

function makeServiceLine(number: number): string {
  const time = new Date(1_770_000_000_000 + number * 37).toISOString().replace('T', ' ').replace('Z', '')
  return `${time} INFO  [guide.auction_service] - Bid ${number} of bidder ${number % 3} was received: ${number * 17}`
}

function makeJsonLine(number: number): string {
  return JSON.stringify({
    time: 1_770_000_000_000 + number,
    level: number % 10 === 0 ? 'warn' : 'info',
    msg: `request ${number} completed`,
    req: { method: 'GET', url: `/items/${number % 5000}`, headers: { host: 'shop.example' } },
    res: { status: 200, bytes: number % 9000 },
    duration: (number % 1000) / 7,
  })
}

/** The document of a line, as an agent of ours sends it. */
export function makeDocument(line: string, number: number): string {
  return JSON.stringify({
    '@timestamp': '2026-02-03T04:05:06.789Z',
    message: line,
    host: { name: 'web1.example' },
    log: { file: { path: '/var/log/app.log' }, offset: number * 160 },
    agent: { type: 'forwarder', version: '0.1.0' },
  })
}
