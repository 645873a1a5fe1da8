import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { toSystemPath } from '../../files/look/file-name.ts'
import type { FileRecord, FinishedGeneration, JournalBatch } from '../../registry/contract.ts'
import { readState } from '../../registry/load-registry.ts'
import { registryPath } from '../../registry/lost-state.ts'
import { StateError } from '../../sqlite/error.ts'
import { UsageError } from '../program/option-values.ts'
import { findOwner, type Owner } from './find-owner.ts'
import { findOpenFiles, type OpenFiles } from './open-files.ts'

/** `gone`: neither at its path nor open. `unknown`: this user may not look. */
export type Presence = 'present' | 'renamed' | 'gone' | 'unknown'

export interface ShownFile {
  readonly record: FileRecord
  readonly presence: Presence
  /** Undefined where it is not known. */
  readonly size: number | undefined
  readonly isOpen: boolean | undefined
  /** Ranges that were sent, or were about to be, and have no recorded ack. */
  readonly journaledRanges: number
}

export interface ShownState {
  readonly stateDir: string
  /** The agent that uses the directory now; undefined where none does. */
  readonly owner: Owner | undefined
  readonly files: readonly ShownFile[]
  /** The newest first. */
  readonly finished: readonly FinishedGeneration[]
  readonly damagedFinished: number
}

const MAX_LOOKS_AT_ONCE = 64

/** Reads what an agent knows, also while it runs; nothing is changed. Throws a UsageError, or a StateError. */
export async function inspectState(stateDir: string, maxFinished: number): Promise<ShownState> {
  await expectDirectory(stateDir)
  const owner = findOwner(stateDir)
  const openFiles = await findOpenFiles(owner)
  const content = readStateOf(stateDir, maxFinished)
  const ranges = countRanges(content.unconfirmed)
  const files: ShownFile[] = []
  for (let start = 0; start < content.files.length; start += MAX_LOOKS_AT_ONCE) {
    const looks = content.files.slice(start, start + MAX_LOOKS_AT_ONCE).map(async record => {
      const seen = await lookFor(record, openFiles)
      return { record, ...seen, journaledRanges: ranges.get(record.key) ?? 0 }
    })
    files.push(...(await Promise.all(looks)))
  }
  const { rows, damaged } = content.finished
  return { stateDir, owner, files, finished: rows.map(([, finished]) => finished), damagedFinished: damaged }
}

const NAME_ANOTHER = "name another with --state-dir, or the agent's configuration with --config"

async function expectDirectory(stateDir: string): Promise<void> {
  try {
    await access(stateDir, constants.R_OK | constants.X_OK)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new UsageError(`the state directory ${stateDir} does not exist; ${NAME_ANOTHER}`)
    if (code !== 'EACCES') throw new UsageError(`the state directory ${stateDir} cannot be read: ${message}`)
    throw new UsageError(
      `this user may not read the state directory ${stateDir}: run the command as the user of the agent, or as root`,
    )
  }
}

function readStateOf(stateDir: string, maxFinished: number) {
  try {
    return readState(registryPath(stateDir), maxFinished)
  } catch (error) {
    if (!(error instanceof StateError) || error.code !== 'state_missing') throw error
    throw new UsageError(
      `${stateDir} is not the state directory of an agent that has run: ${error.message}; ${NAME_ANOTHER}`,
    )
  }
}

function countRanges(batches: readonly JournalBatch[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const { key } of batches.flatMap(({ runs }) => runs)) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

/** At its path or, under whatever name, among the open files of the agent. */
async function lookFor(
  { path, identity: { device, inode } }: FileRecord,
  openFiles: OpenFiles | undefined,
): Promise<Pick<ShownFile, 'presence' | 'size' | 'isOpen'>> {
  const place = `${device}:${inode}`
  const openSize = openFiles?.get(place)
  const isOpen = openFiles && openSize !== undefined
  const atPath = await sizeAt(path, place)
  if (typeof atPath === 'number') return { presence: 'present', size: atPath, isOpen }
  if (openSize !== undefined) return { presence: 'renamed', size: openSize, isOpen }
  return { presence: atPath, size: undefined, isOpen }
}

async function sizeAt(path: string, place: string): Promise<number | 'gone' | 'unknown'> {
  try {
    const { dev, ino, size } = await stat(toSystemPath(path), { bigint: true })
    return `${dev}:${ino}` === place ? Number(size) : 'gone'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : 'unknown'
  }
}
