import { performance } from 'node:perf_hooks'
import { countOf, formatCount } from '../flow/format-numbers.ts'
import { judgeCollector } from './collector-metrics.ts'
import type { CollectorParts } from './collector-parts.ts'

/** A shorter span gives no useful rate. */
const MIN_SPAN_MS = 1000

/** Gives a function that describes the collector in one line: `8 connections, 1,234 events/s, store answers`. */
export function createDescription(rooms: CollectorParts, now = () => performance.now()): () => string {
  let last = { atMs: now(), events: 0 }
  let perSecond = 0
  return () => {
    const receiver = rooms.getReceiver()
    const { reasons } = judgeCollector(rooms)
    if (receiver === undefined) return ['waiting for a certificate before listening', ...reasons].join('; ')
    const { connections, ownFormConnections, events } = receiver.status()
    const spanMs = now() - last.atMs
    if (spanMs >= MIN_SPAN_MS) {
      perSecond = Math.round(((events - last.events) * 1000) / spanMs)
      last = { atMs: now(), events }
    }
    const ownForm = ownFormConnections === 0 ? '' : ` (${formatCount(ownFormConnections)} in our own wire form)`
    const traffic = `${countOf(connections, 'connection')}${ownForm}, ${formatCount(perSecond)} events/s`
    return [`${traffic}, ${describePipeline(rooms)}${describeStore(rooms)}`, ...reasons].join('; ')
  }
}

/** Nothing where there is none. */
function describePipeline({ pipeline }: CollectorParts): string {
  const { isUsed, failed, refused, dropped } = pipeline.status()
  if (!isUsed) return ''
  return `pipeline: ${formatCount(failed + refused)} failed, ${formatCount(dropped)} dropped, `
}

function describeStore({ indexer, storeProbe }: CollectorParts): string {
  const { outage, requests } = indexer.status()
  if (outage !== undefined) return `store takes nothing: ${outage}`
  if (requests > 0 || storeProbe.state.kind === 'answered') return 'store answers'
  return storeProbe.state.kind === 'failed'
    ? `store takes nothing: ${storeProbe.state.reason}`
    : 'store has not answered yet'
}
