import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatCount, LiveLine, type Progress, type Screen } from './live-line.ts'
import { type LogProgress, writeLog } from './log-writer.ts'
import { ownName, type RoleProcess, startRole } from './role-process.ts'
import { judgeStore, removeIndex, showSearch } from './demo-store.ts'
import { makeWorkplace, type Workplace } from './workplace.ts'

export interface DemoOptions {
  /** Base address of an Elasticsearch or OpenSearch to use instead of the embedded store. */
  readonly elasticsearch?: string
  /** Keeps all files and prints how to explore them. */
  readonly keep: boolean
  readonly seconds: number
  readonly linesPerSecond: number
  readonly screen: Screen
  /** Ends the demo early and cleanly. */
  readonly stop: AbortSignal
}

/** Limit for the last lines after the writer has ended. */
const PATIENCE_MS = 60_000

/** Runs the end-to-end demo. Resolves with true when each line written is in the store exactly once. */
export async function runDemo(options: DemoOptions): Promise<boolean> {
  const place = await makeWorkplace(options.elasticsearch)
  const print = (text: string) => void options.screen.write(`${text}\n`)
  const collector = startRole({
    role: 'collector',
    configPath: place.collectorConfig,
    logPath: join(place.dir, 'collector.log'),
    metricsPort: place.collectorMetricsPort,
  })
  const agent = startRole({
    role: 'agent',
    configPath: place.agentConfig,
    logPath: join(place.dir, 'agent.log'),
    metricsPort: place.agentMetricsPort,
  })
  try {
    introduce(place, print)
    await Promise.all([collector.ready(), agent.ready()])
    const written = await deliver(options, place, { agent, collector })
    await showSearch(place, print)
    await Promise.all([agent.stop(), collector.stop()])
    return await conclude(place, written, print)
  } finally {
    await Promise.all([agent.stop(), collector.stop()])
    if (options.keep) explain(place, print)
    else await cleanUp(place)
  }
}

async function deliver(
  options: DemoOptions,
  place: Workplace,
  roles: { readonly agent: RoleProcess; readonly collector: RoleProcess },
): Promise<number> {
  const progress: LogProgress = { written: 0, hasRotated: false, hasEnded: false }
  const writing = writeLog(place.logFile, progress, {
    durationMs: options.seconds * 1000,
    linesPerSecond: options.linesPerSecond,
    stop: options.stop,
  })
  const line = new LiveLine(options.screen)
  const startedAt = Date.now()
  const deadline = startedAt + options.seconds * 1000 + PATIENCE_MS
  let now = await readProgress(progress, roles, startedAt)
  while (!progress.hasEnded || (now.acked < progress.written && Date.now() < deadline)) {
    line.show(now)
    await sleep(100)
    now = await readProgress(progress, roles, startedAt)
  }
  line.finish(now)
  await writing
  return progress.written
}

async function readProgress(
  { written }: LogProgress,
  { agent, collector }: { readonly agent: RoleProcess; readonly collector: RoleProcess },
  startedAt: number,
): Promise<Progress> {
  const [sending, storing] = await Promise.all([agent.readMetrics(), collector.readMetrics()])
  return {
    seconds: (Date.now() - startedAt) / 1000,
    written,
    sent: sending.get('forwarder_events_sent_total') ?? 0,
    acked: sending.get('forwarder_events_acked_total') ?? 0,
    stored: storing.get('forwarder_events_stored_total') ?? 0,
  }
}

function introduce(place: Workplace, print: (text: string) => void): void {
  const store = 'path' in place.store ? 'the embedded store' : place.store.url
  print(`An agent follows ${place.logFile}`)
  print(`and ships it over TLS, with certificates on both sides, to a collector that writes to ${store}.`)
  print('The log is written, and rotated half-way as logrotate would do it.\n')
}

async function conclude(place: Workplace, written: number, print: (text: string) => void): Promise<boolean> {
  const { stored, lost, twice } = await judgeStore(place, written)
  print(
    `\n${formatCount(written)} written, ${formatCount(stored)} stored, ${formatCount(lost)} lost, ${formatCount(twice)} twice`,
  )
  return stored === written && lost === 0 && twice === 0
}

function explain(place: Workplace, print: (text: string) => void): void {
  print(`\nAll files are kept in ${place.dir}; to explore them:`)
  print(`  ${ownName()} search login --config ${place.collectorConfig} --limit 5`)
  print(`  ${ownName()} collector --config ${place.collectorConfig}`)
  print(`  ${ownName()} agent --config ${place.agentConfig}`)
  print(`  less ${join(place.dir, 'agent.log')} ${join(place.dir, 'collector.log')}`)
}

async function cleanUp(place: Workplace): Promise<void> {
  await rm(place.dir, { recursive: true, force: true })
  await removeIndex(place)
}
