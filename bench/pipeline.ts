// Measures pipelines alone: one thread of ours, and with --opensearch the ingest node of a real one and with --rsyslog its mmnormalize, on the same lines.
import { parseArgs } from 'node:util'
import { reasonOf } from '../src/flow/error-reason.ts'
import { makeScope } from '../test/helpers/process/scope.ts'
import { startSearchServer } from '../test/helpers/servers/search-server.ts'
import { describeMachine } from './machine.ts'
import { CASES, type PipelineCase } from './pipelines/cases.ts'
import { measureOpenSearch } from './pipelines/open-search.ts'
import { measureOurs } from './pipelines/ours.ts'
import { type Rate, formatRate } from './pipelines/rate.ts'
import { measureRsyslog } from './pipelines/rsyslog.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    only: { type: 'string' },
    opensearch: { type: 'boolean' },
    rsyslog: { type: 'boolean' },
  },
})
const durationMs = Number(values.seconds ?? 10) * 1000
const cases = CASES.filter(({ name }) => values.only === undefined || name.includes(values.only))
const scope = makeScope()
/** It splits a line in the same places; it has nothing like the other ones. */
const RSYSLOG_CASE = 'access log, dissect'

console.log(describeMachine())
try {
  const server = values.opensearch === true ? await startOpenSearch() : undefined
  for (const one of cases) await measureBoth(one, server)
} finally {
  await scope.end()
}

async function measureBoth(one: PipelineCase, server: string | undefined): Promise<void> {
  await report(one, 'forwarder', () => measureOurs(one, durationMs))
  if (server !== undefined) await report(one, 'OpenSearch', () => measureOpenSearch(server, one, durationMs))
  if (values.rsyslog === true && one.name === RSYSLOG_CASE)
    await report(one, 'rsyslog (mmnormalize)', () => measureRsyslog(one))
}

async function startOpenSearch(): Promise<string> {
  return (await startSearchServer(scope, { kind: 'opensearch', version: '2.19.1' })).url
}

async function report({ name }: PipelineCase, program: string, measure: () => Promise<Rate>): Promise<void> {
  const result = await measure().then(formatRate, (error: unknown) => `not measured: ${reasonOf(error)}`)
  console.log(`${name}, ${program}: ${result}`)
}
