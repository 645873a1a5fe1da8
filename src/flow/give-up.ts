/** Fires `milliseconds`, or as many as it gives then, after `stop` has: the end of the patience for what is still in flight. */
export function giveUpAfter(stop: AbortSignal, milliseconds: number | (() => number)): AbortSignal {
  const controller = new AbortController()
  // Unreferenced: when nothing else keeps the process alive there is nothing to give up either.
  const arm = () =>
    void setTimeout(() => controller.abort(), typeof milliseconds === 'number' ? milliseconds : milliseconds()).unref()
  if (stop.aborted) arm()
  else stop.addEventListener('abort', arm, { once: true })
  return controller.signal
}
