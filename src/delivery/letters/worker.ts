// The thread that owns the file of the dead letters.
import { workerData } from 'node:worker_threads'
import type { Database } from '../../sqlite/database.ts'
import { reportProgress, serveDatabase } from '../../sqlite/serve-database.ts'
import {
  countLetters,
  hasMarked,
  keepLetters,
  type LetterCount,
  type MarkedLetter,
  type PackedLetter,
  type ReplayCount,
  type ReplayedLetter,
  removeReplayed,
  takeMarked,
} from './letter-writer.ts'
import { LettersFile } from './letters-file.ts'

export interface LettersWorkerData {
  readonly path: string
}

export type LettersRequest =
  | {
      readonly kind: 'keep'
      readonly calls: readonly (readonly PackedLetter[])[]
      readonly nowMs: number
      readonly maxBytes: number
    }
  | { readonly kind: 'look' }
  | { readonly kind: 'take'; readonly busyPairs: readonly (readonly [string, string])[]; readonly nowMs: number }
  | { readonly kind: 'remove'; readonly letters: readonly ReplayedLetter[] }

export interface LettersReply extends LetterCount {
  /** Of each call of a `keep`, the number that is durable. */
  readonly kept: readonly number[]
  readonly taken: readonly MarkedLetter[]
  /** Of a `remove`. */
  readonly ended: ReplayCount
  readonly hasMarked: boolean
  /** How many times the file was found removed or replaced. */
  readonly replaced: number
}

const file = new LettersFile((workerData as LettersWorkerData).path, reportProgress)

function answer(request: LettersRequest): LettersReply {
  try {
    const reply = file.use(database => ({
      kept: [],
      taken: [],
      ended: { replayed: 0, refused: 0 },
      ...work(database, request),
      ...countLetters(database),
      hasMarked: hasMarked(database),
    }))
    return { ...reply, replaced: file.replaced }
  } catch (error) {
    file.close() // the next try opens it again, as a disk that came back may need
    throw error
  }
}

function work(database: Database, request: LettersRequest): Partial<LettersReply> {
  switch (request.kind) {
    case 'keep':
      return { kept: keepLetters(database, request.calls, request) }
    case 'take':
      return { taken: takeMarked(database, request) }
    case 'remove':
      return { ended: removeReplayed(database, request.letters) }
    case 'look':
      return {}
  }
}

serveDatabase(answer, () => file.close())
