import type { ExecutionContext } from 'ava'
import type { ByteCounts } from '../../../src/files/contract.ts'
import { until } from '../time/until.ts'

// The account is a law: each byte that was seen has one fate. `addsUp` checks it in a source of lines, at any time;
// `addsUpIn` in the process of an agent once it has nothing left to send, and `addsUpMeanwhile` before that.

/** The status of a source: standard input has fewer fates than files. */
interface Accountable<Counts = Pick<ByteCounts, 'seen'> & Partial<ByteCounts>> {
  readonly bytes: Counts
}

/** The process of an agent. */
interface RunningAgent {
  readMetrics(): Promise<ReadonlyMap<string, number>>
}

export function countLost({ bytes }: Accountable<ByteCounts>): number {
  return Object.values(bytes.lost).reduce((sum, lost) => sum + lost, 0)
}

export function addsUp(t: ExecutionContext, { bytes }: Accountable): void {
  t.is(addUp(bytes), bytes.seen, JSON.stringify(bytes))
}

/** The same where there are no assertions: in a model. Gives the bytes by fate. */
export function checkAccount({ bytes }: Accountable<ByteCounts>): ByteCounts {
  if (addUp(bytes) !== bytes.seen) throw new Error(`the bytes do not add up: ${JSON.stringify(bytes)}`)
  return bytes
}

/** Waits until nothing is unread or in flight. Gives the bytes by fate. */
export async function addsUpIn(t: ExecutionContext, agent: RunningAgent): Promise<ByteCounts> {
  let bytes: ByteCounts | undefined
  const isSettled = async () => {
    bytes = await readBytes(agent)
    return bytes !== undefined && bytes.seen > 0 && bytes.unread + bytes.inFlight === 0
  }
  await until(isSettled, 'all bytes that the agent saw have a fate').catch((cause: unknown) => {
    throw new Error(`${String(cause)}: ${JSON.stringify(bytes)}`, { cause })
  })
  addsUp(t, { bytes: bytes! })
  return bytes!
}

/** Of an agent that has bytes which are unread or in flight. Gives the bytes by fate. */
export async function addsUpMeanwhile(t: ExecutionContext, agent: RunningAgent): Promise<ByteCounts> {
  const bytes = await readBytes(agent)
  if (bytes === undefined) throw new Error('the agent shows no account')
  t.true(bytes.unread + bytes.inFlight > 0, JSON.stringify(bytes))
  addsUp(t, { bytes })
  return bytes
}

/** Undefined while the agent does not answer, and where it reads neither files nor standard input. */
export async function readBytes(agent: RunningAgent): Promise<ByteCounts | undefined> {
  const metrics = await agent.readMetrics()
  if (!metrics.has('forwarder_file_bytes_seen') && !metrics.has('forwarder_stdin_bytes_seen')) return undefined
  const sum = (series: string) =>
    ['file', 'stdin'].reduce((total, input) => total + (metrics.get(`forwarder_${input}_${series}`) ?? 0), 0)
  const of = (fate: string) => sum(`bytes{fate="${fate}"}`)
  return {
    seen: sum('bytes_seen'),
    acked: of('acked'),
    refused: of('refused'),
    inFlight: of('inFlight'),
    unread: of('unread'),
    skipped: of('skipped'),
    copied: of('copied'),
    unconfirmed: of('unconfirmed'),
    outsideLines: of('outsideLines'),
    lost: { truncated: of('lost_truncated'), deleted: of('lost_deleted'), unreadable: of('lost_unreadable') },
  }
}

/** The sum of what became of all bytes. */
function addUp({ seen: _seen, lost, ...rest }: Accountable['bytes']): number {
  return [...Object.values(rest), ...Object.values(lost ?? {})].reduce((sum, bytes) => sum + bytes, 0)
}
