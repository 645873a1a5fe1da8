import { isDeepStrictEqual } from 'node:util'

interface Closeable {
  close(): Promise<void>
}

/** A resource that is open while there are options for it. Changed options close it and open it again: it is never open twice. */
export class Reopenable<Options, Opened extends Closeable> {
  readonly #open: (options: Options) => Promise<Opened>
  #options: Options | undefined
  #opened: Opened | undefined

  constructor(open: (options: Options) => Promise<Opened>) {
    this.#open = open
  }

  get current(): Opened | undefined {
    return this.#opened
  }

  /** `options` are plain data, compared by content. Rejects where opening fails: then nothing is open. */
  async change(options: Options | undefined): Promise<void> {
    if (isDeepStrictEqual(options, this.#options)) return
    await this.close()
    if (options === undefined) return
    this.#opened = await this.#open(options)
    this.#options = options
  }

  async close(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    this.#options = undefined
    await opened?.close()
  }
}
