import { once } from 'node:events'
import { Writable } from 'node:stream'
import type { Output } from './command-contract.ts'

/** Waits for a slow reader, so that unread text never piles up. */
export async function writeLine(output: Output, text: string): Promise<void> {
  const isReady = output.write(`${text}\n`)
  if (isReady === false && output instanceof Writable) await once(output, 'drain')
}
