import { stat } from 'node:fs/promises'
import type { Log } from '../../telemetry/log.ts'
import type { FilesLimits } from '../contract.ts'
import { toSystemPath } from '../look/file-name.ts'
import { lookAt, stampOf } from '../look/identity.ts'
import { ArchiveError } from './content/archive-error.ts'
import type { FoundArchive } from './opened-archive.ts'

interface Stuck {
  /** The archive's stamp when it could not be read. */
  readonly stamp: string
  readonly reason: string
  readonly isSystemError: boolean
  /** As it was seen last, and since when. */
  lastStamp: string
  sinceMs: number
  isReported: boolean
}

/** Archives that could not be read to their end: they are being written, damaged or closed to the agent. */
export class StuckArchives {
  readonly #limits: Pick<FilesLimits, 'copyWaitMs'>
  readonly #clock: () => number
  readonly #log: Log
  readonly #byPath = new Map<string, Stuck>()

  constructor({ limits, clock, log }: { limits: FilesLimits; clock: () => number; log: Log }) {
    this.#limits = limits
    this.#clock = clock
    this.#log = log
  }

  note({ path, look }: FoundArchive, error: unknown): void {
    const stamp = stampOf(look)
    const isSystemError = !(error instanceof ArchiveError)
    const { code, message } = error as NodeJS.ErrnoException
    const reason = (isSystemError && code) || message
    const before = this.#byPath.get(path)
    const isKnown = before?.stamp === stamp && before.reason === reason
    if (isKnown) return
    const sinceMs = this.#clock()
    this.#byPath.set(path, { stamp, reason, isSystemError, lastStamp: stamp, sinceMs, isReported: false })
  }

  forget(path: string): void {
    if (this.#byPath.get(path)?.isReported === true) this.#log.info({ path }, 'an archive can be read again')
    this.#byPath.delete(path)
  }

  /** True where reading it again may lead further: it changed, and not just now. Reports it once it does not change any more. */
  async isWorthATry(path: string): Promise<boolean> {
    const stuck = this.#byPath.get(path)
    if (stuck === undefined) return true
    const stats = await stat(toSystemPath(path), { bigint: true }).catch(() => undefined)
    const stamp = stats === undefined ? '' : stampOf(lookAt(stats))
    if (stats === undefined) return true // the search begins again without it
    if (stamp === stuck.stamp) this.#report(path, stuck)
    if (stamp === stuck.stamp) return stuck.isSystemError
    if (stamp === stuck.lastStamp) return true
    stuck.lastStamp = stamp
    stuck.sinceMs = this.#clock()
    return false
  }

  #report(path: string, stuck: Stuck): void {
    const waitMs = stuck.isSystemError ? 0 : this.#limits.copyWaitMs
    if (stuck.isReported || this.#clock() - stuck.sinceMs < waitMs) return
    stuck.isReported = true
    const { reason } = stuck
    if (stuck.isSystemError) this.#log.error({ path, reason }, 'cannot read an archive; trying again at each look')
    else
      this.#log.error(
        { path, reason },
        'an archive is damaged, or was not written to its end; trying again when it changes',
      )
  }
}
