export interface Progress {
  readonly seconds: number
  readonly written: number
  readonly sent: number
  readonly acked: number
  readonly stored: number
}

/** Where the demo prints; `process.stdout` is one. */
export interface Screen {
  write(text: string): unknown
  readonly isTTY?: boolean
}

/** A progress line: rewritten in place on a terminal, printed about once a second elsewhere. */
export class LiveLine {
  readonly #screen: Screen
  #last: Progress = { seconds: 0, written: 0, sent: 0, acked: 0, stored: 0 }

  constructor(screen: Screen) {
    this.#screen = screen
  }

  show(progress: Progress): void {
    const elapsed = progress.seconds - this.#last.seconds
    if (elapsed < (this.#screen.isTTY ? 0.25 : 1)) return
    this.#print(progress, (progress.stored - this.#last.stored) / elapsed)
    this.#last = progress
  }

  finish(progress: Progress): void {
    this.#print(progress, progress.stored / progress.seconds)
    if (this.#screen.isTTY) this.#screen.write('\n')
  }

  #print({ seconds, written, sent, acked, stored }: Progress, rate: number): void {
    const counts = `written ${formatCount(written).padStart(7)}  sent ${formatCount(sent).padStart(7)}  acked ${formatCount(acked).padStart(7)}  stored ${formatCount(stored).padStart(7)}`
    const text = `  ${seconds.toFixed(0).padStart(3)} s  ${counts}  (${Math.round(rate).toLocaleString('en')}/s)`
    this.#screen.write(this.#screen.isTTY ? `\r${text}\u001b[K` : `${text}\n`)
  }
}

export function formatCount(count: number): string {
  return count.toLocaleString('en')
}
