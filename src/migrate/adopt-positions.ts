import { stat } from 'node:fs/promises'
import { ArchiveError } from '../files/archives/content/archive-error.ts'
import type { FileGroup } from '../files/contract.ts'
import { EMPTY_MARK, lookAt, makeIdentity } from '../files/look/identity.ts'
import { readHead, readMark } from '../files/match/candidate.ts'
import type { FileRecord } from '../registry/contract.ts'
import { digestBefore, mayBeArchive, withContent } from './candidate-content.ts'
import { Candidates, type Candidate } from './candidate-files.ts'
import { left, taken, type Adoption, type Note, type OldPosition } from './contract.ts'
import { findLineStart, findLineStartBefore } from './line-start.ts'
import { reasonOf } from '../flow/error-reason.ts'

export interface AdoptOptions {
  readonly positions: readonly OldPosition[]
  readonly groups: readonly FileGroup[]
  /** By the index of the group: the old program ignored files that had not changed for this long. */
  readonly ignoreOlderMs: readonly (number | undefined)[]
  readonly nowMs: number
}

type NewRecord = Omit<FileRecord, 'key'>

/** A birth may be recorded a little later than the first look at the file. */
const BIRTH_SLACK_MS = 2000

/** Makes registry records with which the agent continues where the old program stopped, for the files as they are now. */
export async function adopt(options: AdoptOptions): Promise<Adoption> {
  const candidates = new Candidates(options.groups)
  await candidates.look()
  const work: Work = { ...options, candidates, records: new Map(), notes: candidates.notes }
  // Of several entries for one file the lowest offset counts: a line twice is better than a line lost.
  for (const position of options.positions.toSorted((a, b) => a.offset - b.offset)) {
    await tryOne(work, position.source, () => adoptOne(work, position))
  }
  for (const { path, look, group } of candidates.listed) {
    if (!work.records.has(look.place)) await tryOne(work, path, () => setAsideOld(work, { path, look, group }))
  }
  return { records: [...work.records.values()], notes: work.notes }
}

interface Work extends AdoptOptions {
  readonly candidates: Candidates
  /** By place. */
  readonly records: Map<string, NewRecord>
  readonly notes: Note[]
}

/** A file that cannot be read is named, and the others are taken over. */
async function tryOne({ notes }: Work, path: string, adoptIt: () => Promise<void>): Promise<void> {
  try {
    await adoptIt()
  } catch (error) {
    notes.push(left(path, describeFailure(error)))
  }
}

function describeFailure(error: unknown): string {
  const reason = reasonOf(error)
  return error instanceof ArchiveError
    ? `cannot decompress it (${reason}); once that is possible it is sent from its beginning`
    : `cannot read it (${reason}); run this as the user that reads the logs`
}

async function adoptOne({ candidates, records, notes }: Work, position: OldPosition): Promise<void> {
  const { source, offset } = position
  const refuse = (text: string) => void notes.push(left(source, text))
  const found = await candidates.find(position)
  if (found === undefined) return refuse(`the file that was read up to byte ${offset} no longer exists`)
  const path = choosePath(found, source, candidates)
  if (path === undefined) return refuse('no entry of the configuration matches it')
  if (records.has(found.look.place)) return refuse('the registry has it several times; the lowest offset was used')
  if (isReborn(found, position)) {
    return refuse('its inode now belongs to a newer file, which is read from its beginning')
  }
  const size = await sizeOf(found)
  if (size < offset) {
    records.set(found.look.place, await makeRecord(found, path, 0))
    return refuse(`it has ${size} bytes, and ${offset} were read: it was truncated, and is read from its beginning`)
  }
  const start = await startOf(found, offset)
  records.set(found.look.place, await makeRecord(found, path, start))
  notes.push(taken(found.path, describe({ found, source, offset, start, size })))
}

/** The agent looks for a name that a pattern matches, and finds the file beside it by its inode. */
function choosePath(found: Candidate, source: string, candidates: Candidates): string | undefined {
  if (found.group !== undefined) return found.path
  return candidates.groupOf(source) === undefined ? undefined : source
}

function isReborn({ look }: Candidate, { updatedMs, identity }: OldPosition): boolean {
  if (updatedMs === undefined || look.birthNs === '0' || identity.kind !== 'place') return false
  return Number(BigInt(look.birthNs) / 1_000_000n) > updatedMs + BIRTH_SLACK_MS
}

function sizeOf(found: Candidate): Promise<number> {
  return withContent(found, async handle => Number((await handle.stat({ bigint: true })).size))
}

function startOf(found: Candidate, offset: number): Promise<number> {
  return withContent(found, handle => findLineStart(handle, offset))
}

function makeRecord(found: Candidate, path: string, offset: number): Promise<NewRecord> {
  return withContent(found, async handle => {
    const look = lookAt(await handle.stat({ bigint: true }))
    if (look.place !== found.look.place) throw new Error('it was replaced while being read')
    const head = offset === 0 ? EMPTY_MARK : await readHead({ handle, look }, offset)
    const digest = await digestBefore(handle, offset)
    const marks =
      offset === 0 ? [] : [await readMark({ handle, look }, { offset, ...(digest !== undefined && { digest }) })]
    return { path, identity: makeIdentity(look, head), offset, marks, seenAtMs: Date.now(), isGone: false }
  })
}

interface Described {
  readonly found: Candidate
  readonly source: string
  readonly offset: number
  readonly start: number
  readonly size: number
}

function describe({ found, source, offset, start, size }: Described): string {
  const renamed = found.path === source ? '' : `the registry has it as ${source}; `
  const moved =
    start === offset ? '' : ` (the registry has ${offset}, which is inside a line; moved to the start of one)`
  return `${renamed}continues at byte ${start} of ${size}${moved}`
}

/** For a file that the old program ignored because of its age: sending it whole now would be a surprise. */
async function setAsideOld(work: Work, found: Required<Candidate>): Promise<void> {
  const limitMs = work.ignoreOlderMs[work.groups.indexOf(found.group)]
  const stats = await stat(found.path).catch(() => undefined) // gone since it was found
  if (limitMs === undefined || stats === undefined || found.look.size === 0) return
  if (work.nowMs - stats.mtimeMs <= limitMs) return
  const end = await lastLineStart(found)
  work.records.set(found.look.place, await makeRecord(found, found.path, end))
  work.notes.push(
    left(
      found.path,
      `it was too old for the old program and was not read; only lines added after byte ${end} are sent`,
    ),
  )
}

/** Of an archive, its end: no line is added to it. */
async function lastLineStart(found: Candidate): Promise<number> {
  const size = await sizeOf(found)
  return mayBeArchive(found) ? size : await withContent(found, handle => findLineStartBefore(handle, size))
}
