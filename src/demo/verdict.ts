import type { Hit } from '../stores/contract.ts'
import { readAccessLogNumber } from './access-log.ts'

export interface DemoVerdict {
  readonly stored: number
  readonly lost: number
  readonly twice: number
}

/** Compares stored events with the lines written, 1 to `written`. */
export async function judge(hits: AsyncIterable<Hit>, written: number): Promise<DemoVerdict> {
  const seen = new Uint32Array(written + 1)
  let stored = 0
  for await (const { document } of hits) {
    const number = readAccessLogNumber(String(document['message']))
    if (number < 1 || number > written) throw new Error(`the store holds a line that was never written: ${number}`)
    seen[number]!++
    stored++
  }
  const lost = seen.subarray(1).reduce((count, times) => count + (times === 0 ? 1 : 0), 0)
  const twice = seen.reduce((count, times) => count + Math.max(0, times - 1), 0)
  return { stored, lost, twice }
}
