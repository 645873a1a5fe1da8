import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Discoverer } from '../files/look/discoverer.ts'
import type { FoundFile } from '../files/look/file-looks.ts'
import type { FileGroup } from '../files/contract.ts'
import { lookAt, type FileLook } from '../files/look/identity.ts'
import { SiblingIndex } from '../files/match/siblings.ts'
import type { Log } from '../telemetry/log.ts'
import { left, type FingerprintRange, type Note, type OldIdentity, type OldPosition } from './contract.ts'
import { mayBeArchive } from './candidate-content.ts'
import { indexFingerprints, isEarlierFingerprint } from './file-fingerprints.ts'

export interface Candidate {
  readonly path: string
  readonly look: FileLook
  /** The group whose pattern matches its name; absent for a file that was renamed out of all patterns. */
  readonly group?: FileGroup
}

type Fingerprint = Extract<OldIdentity, { kind: 'fingerprint' }>
type ListFiles = () => Iterable<Candidate> | Promise<Iterable<Candidate>>

/** The files that exist now, as the agent will find them, and those in the directories of the old registry. */
export class Candidates {
  readonly notes: Note[] = []
  readonly #discoverer: Discoverer
  readonly #siblings = new SiblingIndex().forLines
  /** Fingerprint indexes by range and directory. */
  readonly #indexes = new Map<string, ReadonlyMap<string, Candidate>>()
  /** Archives last: a file that is being compressed is the same as its archive. */
  #listed: readonly FoundFile[] = []

  constructor(groups: readonly FileGroup[]) {
    const note: Log['warn'] = (fields, message) => {
      const { path, reason } = fields as { path?: string; reason?: string }
      this.notes.push(left(path ?? message, reason ?? message))
    }
    this.#discoverer = new Discoverer(groups, { debug() {}, info() {}, warn: note, error: note })
  }

  async look(): Promise<void> {
    const { files } = await this.#discoverer.scan()
    const places = new Map(files.toReversed().map(file => [file.look.place, file])) // the first name of each
    const [plain, archives] = [false, true].map(is => [...places.values()].filter(file => mayBeArchive(file) === is))
    this.#listed = [...plain!.toReversed(), ...archives!.toReversed()]
  }

  get listed(): readonly FoundFile[] {
    return this.#listed
  }

  groupOf(path: string): FileGroup | undefined {
    return this.#discoverer.groupOf(path)
  }

  /** The file that the old registry means, whatever its name is now. */
  async find({ source, identity }: OldPosition): Promise<Candidate | undefined> {
    if (identity.kind === 'path') return await this.#at(source)
    if (identity.kind === 'place') {
      const place = `${identity.device}:${identity.inode}`
      const listed = this.#listed.find(file => file.look.place === place)
      return listed ?? (await this.#siblings.find(dirname(source), place))
    }
    return await this.#withFingerprint(source, identity)
  }

  async #withFingerprint(source: string, { hash, start, length }: Fingerprint): Promise<Candidate | undefined> {
    const range = { start, length }
    const listed = await this.#indexOf('', range, () => this.#listed)
    const dir = dirname(source)
    const siblings = async () => (await this.#siblings.list(dir)).values()
    const found = listed.get(hash) ?? (await this.#indexOf(dir, range, siblings)).get(hash)
    if (found !== undefined) return found
    // Many files share a short beginning, so only the file of that name counts.
    const same = await this.#at(source)
    return same !== undefined && (await isEarlierFingerprint(same, hash, range)) ? same : undefined
  }

  async #indexOf(place: string, range: FingerprintRange, list: ListFiles): Promise<ReadonlyMap<string, Candidate>> {
    const key = `${range.start} ${range.length} ${place}`
    const index = this.#indexes.get(key) ?? (await indexFingerprints(await list(), range))
    this.#indexes.set(key, index)
    return index
  }

  async #at(path: string): Promise<Candidate | undefined> {
    const listed = this.#listed.find(file => file.path === path)
    if (listed !== undefined) return listed
    const stats = await stat(path, { bigint: true }).catch(() => undefined) // the file no longer exists
    return stats?.isFile() === true ? { path, look: lookAt(stats) } : undefined
  }
}
