import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import type { TeardownScope } from '../process/scope.ts'

const script = new URL('../scripts/write-lines.ts', import.meta.url)

/** No two are the same, and no one contains another one. */
export function makeNumberedLine(number: number): string {
  return `line ${number} has the value ${(number * 2_654_435_761) % 1_000_003}`
}

/** The number of a line; undefined where it is not a whole line. */
export function readLineNumber(line: string): number | undefined {
  const number = Number(/^line (\d+) /.exec(line)?.[1])
  return makeNumberedLine(number) === line ? number : undefined
}

export interface WriterOptions {
  readonly path: string
  readonly mode: 'append' | 'position'
  /** Each 10 ms. */
  readonly lines: number
}

/** A process that writes numbered lines. */
export class LineWriter {
  readonly #child: ChildProcessByStdio<null, Readable, null>

  constructor(t: TeardownScope, { path, mode, lines }: WriterOptions) {
    const args = [script.pathname, path, mode, String(lines), '10']
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    t.teardown(() => this.#child.kill('SIGKILL'))
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Resolves with the number of its lines. */
  async stop(): Promise<number> {
    this.#child.kill('SIGTERM')
    return Number(await text(this.#child.stdout))
  }
}

/** The numbers of the lines that are whole in the files below a directory, compressed ones too. */
export async function readNumbersOnDisk(directory: string): Promise<ReadonlySet<number>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  const texts = await Promise.all(paths.map(readPlain))
  const numbers = texts.flatMap(lines => lines.replaceAll('\0', '').split('\n')).map(readLineNumber)
  return new Set(numbers.filter(number => number !== undefined))
}

async function readPlain(path: string): Promise<string> {
  const bytes = await readFile(path)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
}

export interface LineVerdict {
  readonly twice: number
  /** Stored texts that are no line of the writer. */
  readonly strange: readonly string[]
  readonly missing: readonly number[]
}

/** Compares texts with the lines 0 to `written` − 1. */
export function judgeLines(texts: Iterable<string>, written: number): LineVerdict {
  const times = new Uint32Array(written)
  const strange: string[] = []
  for (const line of texts) {
    const number = readLineNumber(line)
    if (number === undefined || number >= written) strange.push(line.slice(0, 200))
    else times[number]!++
  }
  const missing: number[] = []
  let twice = 0
  for (const [number, count] of times.entries()) {
    if (count === 0) missing.push(number)
    else twice += count - 1
  }
  return { twice, strange, missing }
}
