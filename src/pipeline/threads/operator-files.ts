// Files that processors use: databases, dictionaries, directories of patterns.
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { reasonOf } from '../../flow/error-reason.ts'
import { OptionFault } from '../processor/option-fault.ts'
import type { PipelineHost } from './served-pipeline.ts'

/** The files of one compiled pipeline, and how each looked before it was read. */
export class OperatorFiles {
  readonly #looks = new Map<string, string>()

  readonly host: PipelineHost = {
    openFile: (path, parse) => ({ current: this.#read(path, () => parse(readFileSync(path))) }),
    listDirectory: path =>
      this.#read(path, () => readdirSync(path))
        .toSorted()
        .map(name => join(path, name)),
    nowMs: () => Date.now(),
  }

  /** A file or directory that does not look as it did before; undefined where all do. */
  findChanged(): string | undefined {
    return [...this.#looks].find(([path, look]) => lookOf(path) !== look)?.[0]
  }

  /** How they look now counts as seen. */
  noteSeen(): void {
    for (const path of this.#looks.keys()) this.#looks.set(path, lookOf(path))
  }

  #read<Content>(path: string, read: () => Content): Content {
    this.#looks.set(path, lookOf(path))
    try {
      return read()
    } catch (cause) {
      if (cause instanceof OptionFault) throw cause
      throw new OptionFault(`cannot read ${path}: ${reasonOf(cause)}`, { option: '', cause })
    }
  }
}

/** Changes whenever the content may have; '' for what is missing or hidden. */
function lookOf(path: string): string {
  try {
    const { dev, ino, size, mtimeNs } = statSync(path, { bigint: true })
    return `${dev} ${ino} ${size} ${mtimeNs}`
  } catch {
    return '' // reading it reports the reason
  }
}
