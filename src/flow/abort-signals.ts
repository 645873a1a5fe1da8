/** Resolves as `promise` does, unless `signal` fires first: then it rejects with the signal's reason. */
export async function unlessAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason as Error)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

export async function waitForAbort(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/**
 * A signal that fires some time after `stop` and ends the wait for the batches in flight.
 * A function is asked for the milliseconds when `stop` fires, since a reload may have changed them.
 */
export function giveUpAfter(stop: AbortSignal, milliseconds: number | (() => number)): AbortSignal {
  const controller = new AbortController()
  // Unreferenced: if nothing else keeps the process alive, there is nothing left to give up.
  const arm = () =>
    void setTimeout(() => controller.abort(), typeof milliseconds === 'number' ? milliseconds : milliseconds()).unref()
  if (stop.aborted) arm()
  else stop.addEventListener('abort', arm, { once: true })
  return controller.signal
}
