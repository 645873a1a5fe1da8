import { setTimeout as sleep } from 'node:timers/promises'
import { patience } from './patience.ts'

/**
 * Waits until `condition` holds; throws, with `what` in the message, when it does not within `timeoutMs`, or longer where the
 * machine is busy.
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 60_000,
): Promise<void> {
  const startedMs = Date.now()
  const spentMs = () => Date.now() - startedMs
  while (!(await condition())) {
    if (spentMs() > timeoutMs && spentMs() > patience(timeoutMs))
      throw new Error(`waited ${spentMs()} ms in vain until ${what}`)
    await sleep(10)
  }
}
