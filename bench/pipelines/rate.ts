/** What was measured of one pipeline. */
export interface Rate {
  readonly events: number
  readonly seconds: number
  readonly cpuSeconds: number
}

export function formatRate({ events, seconds, cpuSeconds }: Rate): string {
  const perSecond = Math.round(events / seconds).toLocaleString('en')
  return `${perSecond} events/s, ${((cpuSeconds * 1e6) / events).toFixed(1)} CPU s per million events`
}
