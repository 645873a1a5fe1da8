import type { FoundFile } from '../look/file-looks.ts'
import type { RecentBytes } from '../read/recent-bytes.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { Candidate } from './candidate.ts'
import { compareContent, type Prefix } from './compare-content.ts'
import { identify, identifyUnread, type Content, type Relation, type Verdict } from './identify.ts'
import { PrefixDigests } from './prefix-digests.ts'
import { relate, type Circumstances } from './relate.ts'

export type Finding =
  | { readonly verdict: Verdict; readonly content: Content | 'not read'; readonly upTo?: Prefix }
  /** The comparison goes on at the next look. */
  | 'unfinished'

const ORDINARY: Omit<Circumstances, 'left'> = { isFirstLook: false, wasEmptied: false }

/** Gathers what the decision about a found file needs, and reads no more of it than that. */
export class Identifier {
  readonly digests = new PrefixDigests()
  readonly #recent: RecentBytes
  readonly #leftOf: (file: TrackedFile) => number | undefined

  /** `leftOf`: the bytes that an earlier run saw of a file, and neither read nor sent. */
  constructor(recent: RecentBytes, leftOf: (file: TrackedFile) => number | undefined) {
    this.#recent = recent
    this.#leftOf = leftOf
  }

  /** Undefined where the file has to be opened for it. */
  identifyUnread(file: TrackedFile, found: Pick<FoundFile, 'path' | 'look'>): Verdict | undefined {
    return identifyUnread(this.#relate(file, found, ORDINARY))
  }

  /** Throws where the candidate cannot be read. */
  async identify(
    file: TrackedFile,
    { path, candidate }: { readonly path: string; readonly candidate: Candidate },
    circumstances = ORDINARY,
  ): Promise<Finding> {
    const relation = this.#relate(file, { path, look: candidate.look }, circumstances)
    const verdict = identifyUnread(relation)
    if (verdict !== undefined) return { verdict, content: 'not read' }
    const comparison = await compareContent(file, candidate, { digests: this.digests, recent: this.#recent })
    if (comparison.content === 'unfinished') return 'unfinished'
    return { ...comparison, verdict: identify(relation, comparison.content) }
  }

  /** Whether the candidate would be the copy of a file that is found truncated. Throws where the candidate cannot be read. */
  async wouldBeCopy(
    file: TrackedFile,
    { path, candidate }: { readonly path: string; readonly candidate: Candidate },
  ): Promise<boolean> {
    const { birthNs } = candidate.look
    const isMadeInTime = birthNs !== '0' && BigInt(birthNs) < BigInt(file.evidence.bornNs) ? 'no' : 'unknown'
    const relation = this.#relate(file, { path, look: candidate.look }, ORDINARY)
    const { content } = await compareContent(file, candidate, { digests: this.digests, recent: this.#recent })
    const asTruncated = { ...relation, inode: 'other', fate: 'truncated', isMadeInTime } as const
    return content === 'unfinished' || identify(asTruncated, content) !== 'new'
  }

  #relate(
    file: TrackedFile,
    found: Pick<FoundFile, 'path' | 'look'>,
    circumstances: Omit<Circumstances, 'left'>,
  ): Relation {
    return relate(file, found, { ...circumstances, left: this.#leftOf(file) ?? 0 })
  }

  sweep(nowMs: number, isInFlight: (key: number) => boolean): void {
    this.digests.sweep()
    this.#recent.sweep(nowMs, isInFlight)
  }
}
