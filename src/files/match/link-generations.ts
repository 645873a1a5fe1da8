// The log of a container is followed through a link, and rotated beside the file that the link leads to. A generation that
// came and was renamed between two looks has no name that a pattern matches.
import { basename, dirname } from 'node:path'
import { isArchiveName } from '../look/archive-name.ts'
import type { Findings } from '../look/discoverer.ts'
import type { FoundFile } from '../look/file-looks.ts'
import { byBirthTime } from '../look/identity.ts'
import type { MatchParts } from './contract.ts'
import { BEHIND_LINK } from './evidence-words.ts'
import { isRotatedName } from './rotated-name.ts'
import type { Sibling, SiblingIndex } from './siblings.ts'

interface Newest {
  readonly target: string
  readonly place: string
  readonly birthNs: string
}

export class LinkGenerations {
  readonly #parts: MatchParts
  /** By path of the link: the newest generation that is known. */
  #newest: ReadonlyMap<string, Newest>

  constructor(parts: MatchParts) {
    this.#parts = parts
    this.#newest = findNewest(parts)
  }

  /** After all files of a look are known. */
  async search({ files, targets }: Pick<Findings, 'files' | 'targets'>, siblings: SiblingIndex): Promise<void> {
    if (targets.size === 0 && this.#newest.size === 0) return
    const newest = new Map(this.#newest)
    for (const found of files) {
      const target = targets.get(found.path)
      if (target === undefined) continue
      const { place, birthNs } = found.look
      const before = newest.get(found.path)
      newest.set(found.path, { target, place, birthNs })
      const isRotated = before !== undefined && before.target === target && before.place !== place
      if (isRotated) await this.#followBetween(found, before, siblings)
    }
    for (const path of newest.keys()) if (this.#parts.groupOf(path) === undefined) newest.delete(path)
    this.#newest = newest
  }

  /** Those that were made after the generation that was known, and before the one that was found. */
  async #followBetween(found: FoundFile, { target, birthNs }: Newest, siblings: SiblingIndex): Promise<void> {
    const [first, last] = [BigInt(birthNs), BigInt(found.look.birthNs)]
    const all = [...(await siblings.forLines.list(dirname(target))).values()]
    const isBetween = ({ look, path }: Sibling) => {
      const madeNs = BigInt(look.birthNs)
      const isNamed = isRotatedName(basename(path), basename(target)) && !isArchiveName(path)
      return isNamed && madeNs > first && madeNs < last
    }
    for (const sibling of all.filter(isBetween).toSorted(byBirthTime)) {
      const isKnown = this.#parts.trackedFiles.at(sibling.look.place) !== undefined
      if (!isKnown && this.#parts.groupOf(sibling.path) === undefined) await this.#follow(found, sibling)
    }
  }

  /** It is read to its end under its name, and its lines have the path of the link. */
  async #follow({ path, group }: FoundFile, { path: renamed, look }: Sibling): Promise<void> {
    const { trackedFiles, harvester, ready, clock, log } = this.#parts
    log.info({ path, renamed }, 'a generation of a file was renamed before it was found; reading it')
    const file = trackedFiles.begin({ path, group, look }, { kind: 'unlisted', sinceMs: clock() })
    file.takeName(renamed)
    trackedFiles.remember(file)
    trackedFiles.noteEvidence(file, BEHIND_LINK)
    await harvester.look(file)
    file.see(look, clock())
    ready.add(file)
  }
}

/** Of an earlier run. */
function findNewest({ trackedFiles }: MatchParts): ReadonlyMap<string, Newest> {
  const newest = new Map<string, Newest>()
  for (const { listedPath, identity, evidence } of trackedFiles.all()) {
    const { birthNs, device, inode } = identity
    const before = newest.get(listedPath)
    if (evidence.realPath === undefined || (before !== undefined && BigInt(before.birthNs) >= BigInt(birthNs))) continue
    newest.set(listedPath, { target: evidence.realPath, place: `${device}:${inode}`, birthNs })
  }
  return newest
}
