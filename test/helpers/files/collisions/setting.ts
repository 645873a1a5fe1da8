import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FileGroup, FilesSource } from '../../../../src/files/contract.ts'
import { createFilesSource } from '../../../../src/files/source.ts'
import type { Registry } from '../../../../src/registry/contract.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { makeGroup } from '../followed.ts'

/** More than a step. */
const FILE_CLOCK_MS = 15

export interface Setting {
  readonly header: string
  readonly encoding: BufferEncoding
  /** The banner repeats itself. */
  readonly isPeriodic: boolean
  readonly groups: 'one' | 'two'
  readonly startPosition: 'beginning' | 'end'
  readonly batchLines: number
  readonly maxOpenFiles: number
  /** The system has no more. */
  readonly descriptors: number | undefined
}

/** A run of the agent, which only looks when it is told to. */
export function startSource(
  logs: string,
  setting: Setting,
  { registry, clock }: { readonly registry: Registry; readonly clock: () => number },
): FilesSource {
  const { batchLines, maxOpenFiles } = setting
  const limits = { batchLines, maxOpenFiles }
  const groups = makeGroups(logs, setting)
  return createFilesSource({
    groups,
    registry,
    limits,
    log: silentLog,
    // That of the file system: times of files are compared with it.
    clock: Date.now,
    monotonicClock: clock,
    isWatching: false,
  })
}

/** By the clock of the file system, which goes in steps, and is behind that of the machine. */
export async function waitForFileClock(): Promise<void> {
  await sleep(FILE_CLOCK_MS)
}

function makeGroups(logs: string, { startPosition, groups }: Setting): FileGroup[] {
  const exclude = ['*.gz', '*.old', join(logs, 'old/*'), join(logs, 'deep/old/*')]
  const all = makeGroup(logs, { paths: [join(logs, '**/*.log*')], exclude, startPosition })
  const first = makeGroup(logs, { paths: [join(logs, 'a.log*')], exclude, startPosition, fields: { first: true } })
  return groups === 'one' ? [all] : [first, all]
}
