import type { FinishedGeneration } from '../../registry/contract.ts'
import { makePrintable } from '../program/printable-text.ts'
import { formatTable, formatTime } from '../program/table-text.ts'
import type { ShownFile, ShownState } from './inspect-state.ts'

export function formatState(state: ShownState): string {
  const { files, finished, stateDir } = state
  const shown = files.length === 0 ? 'no files are known\n' : formatFiles(files)
  const ended = finished.length === 0 ? '' : `\nfinished files, the newest first\n${formatFinished(finished)}`
  return `${makePrintable(stateDir)}: ${describeOwner(state)}\n\n${shown}${ended}`
}

function describeOwner({ owner }: ShownState): string {
  if (owner === undefined) return 'no agent is running'
  if (owner.kind === 'unknown') return 'this user may not find out whether an agent is running'
  return `in use by process ${owner.pid} on host ${owner.host} since ${formatTime(owner.sinceMs)} UTC`
}

const FILE_TITLES = ['PATH', 'OFFSET', 'SIZE', 'UNREAD', 'OPEN', 'JOURNALED', 'FORMAT', 'DEVICE:INODE', 'RECOGNISED BY']

/** It is not found, or not yet. */
const NO_FORMAT = '-'

function formatFiles(files: readonly ShownFile[]): string {
  const rows = files.map(file => {
    const { record, isOpen, journaledRanges } = file
    const { path, offset, identity, evidence, format } = record
    return [
      makePrintable(path),
      String(offset),
      describeSize(file),
      describeUnread(file),
      isOpen === undefined ? 'unknown' : isOpen ? 'yes' : 'no',
      String(journaledRanges),
      makePrintable(format ?? NO_FORMAT),
      `${identity.device}:${identity.inode}`,
      makePrintable(evidence ?? ''),
    ]
  })
  return formatTable(FILE_TITLES, rows)
}

function describeSize({ size, presence }: ShownFile): string {
  if (size === undefined) return presence
  return presence === 'renamed' ? `${size}, not at its path` : String(size)
}

function describeUnread(file: ShownFile): string {
  return String(countUnread(file) ?? 'unknown')
}

/** Undefined where the size is not known. A file that is shorter than what was read has nothing that is known to be unread. */
function countUnread({ size, record: { offset, seenSize } }: ShownFile): number | undefined {
  const known = size ?? seenSize
  return known === undefined ? undefined : Math.max(0, known - offset)
}

const FINISHED_TITLES = ['PATH', 'READ', 'LOST', 'OUTCOME', 'ENDED (UTC)', 'DEVICE:INODE']

function formatFinished(finished: readonly FinishedGeneration[]): string {
  const rows = finished.map(({ path, size, lostBytes, outcome, endedAtMs, identity }) => [
    makePrintable(path),
    String(size),
    String(lostBytes),
    outcome,
    formatTime(endedAtMs),
    `${identity.device}:${identity.inode}`,
  ])
  return formatTable(FINISHED_TITLES, rows)
}

/** The keys are in docs/cli.md. Devices and inodes are text, since they have 64 bits. */
export function formatStateJson({ stateDir, owner, files, finished }: ShownState): string {
  const json = { stateDir, owner: owner && toOwnerJson(owner), files: files.map(toFileJson) }
  return `${JSON.stringify({ ...json, owner: json.owner ?? null, finished: finished.map(toFinishedJson) })}\n`
}

function toOwnerJson(owner: NonNullable<ShownState['owner']>) {
  if (owner.kind === 'unknown') return { isRunning: null }
  const { pid, host, sinceMs } = owner
  return { isRunning: true, pid, host, since: toIso(sinceMs) }
}

function toFileJson(file: ShownFile) {
  const { record, presence, size, isOpen, journaledRanges } = file
  const { path, identity, offset, evidence, format } = record
  return {
    path,
    device: identity.device,
    inode: identity.inode,
    offset,
    size: size ?? null,
    unreadBytes: countUnread(file) ?? null,
    presence,
    isOpen: isOpen ?? null,
    journaledRanges,
    format: format ?? null,
    evidence: evidence ?? null,
  }
}

function toFinishedJson({ path, identity, size, digest, lostBytes, outcome, endedAtMs }: FinishedGeneration) {
  return {
    path,
    device: identity.device,
    inode: identity.inode,
    readBytes: size,
    crc32: digest ?? null,
    lostBytes,
    outcome,
    endedAt: toIso(endedAtMs),
  }
}

function toIso(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
