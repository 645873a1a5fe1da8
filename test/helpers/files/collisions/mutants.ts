/** A fault that the code once had, as a change of one place of it. */
export interface Mutant {
  readonly fault: string
  readonly path: string
  /** Occurs exactly once. */
  readonly from: string
  readonly to: string
  /** The laws that are likely to find it, by their index; all of them by default. */
  readonly laws?: string
}

export const mutants: readonly Mutant[] = [
  {
    fault: 'a file that begins as another one does, and grows, is held for ever',
    path: 'src/files/match/holds.ts',
    from: `    if (candidate.look.size > look.size) return 'unequal'\n`,
    to: '',
  },
  {
    fault: 'a file with few bytes in common is taken for a copy, whatever its name',
    path: 'src/files/match/identify.ts',
    from: `return name === 'rotated' && isMadeInTime === 'yes' ? 'copy' : 'new'`,
    to: `return 'copy'`,
    laws: '0,2',
  },
  {
    fault: 'a file that was made after a truncation is taken for the copy',
    path: 'src/files/match/identify.ts',
    from: `isMadeInTime === 'no' || wasEmptied ||`,
    to: '',
    laws: '6',
  },
  {
    fault: 'the bytes between the first kilobyte and the last ones are not compared',
    path: 'src/files/match/compare-content.ts',
    from: `if (upTo.digest === undefined) return 'yes'`,
    to: `if ('hash' in upTo) return 'yes'`,
    laws: '6',
  },
  {
    fault: 'a file with unread bytes is opened at its first read only',
    path: 'src/files/match/reconciler.ts',
    from: '    await this.#openUnread()\n',
    to: '',
  },
  {
    fault: 'a report that is written again is taken for the file that was renamed away',
    path: 'src/files/match/returning-files.ts',
    from: `    if (!this.#isFirstTime) return []
    return this.#parts.trackedFiles.missing().filter(file => file.isFromRegistry)`,
    to: '    return this.#parts.trackedFiles.missing()',
    laws: '1,2',
  },
  {
    fault: 'a file whose name is not UTF-8 is not found',
    path: 'src/files/look/file-name.ts',
    from: '  if (!entries.some(({ name }) => name.includes(REPLACEMENT) || ESCAPE.test(name))) return entries\n',
    to: '  if (entries.length >= 0) return entries\n',
  },
  {
    fault: 'no file is closed where the system has no descriptor left',
    path: 'src/files/read/harvester.ts',
    from: `new Set(['EMFILE', 'ENFILE'])`,
    to: 'new Set()',
  },
  {
    fault: 'a directory beside which files are searched counts as empty if it cannot be listed',
    path: 'src/files/match/siblings.ts',
    from: `return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : 'unseen'`,
    to: `return code === '' ? 'unseen' : undefined`,
  },
  {
    fault: 'the growth of a rewritten file is added to its earlier bytes, and then lost',
    path: 'src/files/match/other-bytes.ts',
    from: `return kind === 'truncated'`,
    to: 'return false',
    laws: '1,2',
  },
  {
    fault: 'a truncation is not noticed by a look that sees it and cannot open the file',
    path: 'src/files/match/other-bytes.ts',
    from: '(await harvester.look(file)) ?? (await harvester.lookByName(file))',
    to: 'await harvester.look(file)',
    laws: '2,6',
  },
  {
    fault: 'a truncation is dated by the last look, also if that has seen it',
    path: 'src/files/match/reconciler.ts',
    from: 'this.#parts.dateTruncation(look, file.evidence.intactNs)',
    to: 'this.#parts.dateTruncation(look, file.look?.changedNs)',
    laws: '1,2,6',
  },
  {
    fault: 'the next generation of a truncated file is on no record while it is empty',
    path: 'src/files/match/new-files.ts',
    from: 'found.look.size > 0 || this.#wasEmptied(found)',
    to: 'found.look.size > 0',
    laws: '0,1',
  },
  {
    fault: 'a file that is written beside another and renamed over it is sent whole',
    path: 'src/files/match/identify.ts',
    from: `relation.fate === 'deleted' || (`,
    to: '(',
    laws: '1,2',
  },
  {
    fault: 'another birth time alone makes an open file another one',
    path: 'src/files/match/same-file.ts',
    from: '  if (file.handle === undefined) return false\n',
    to: '  if (file !== undefined) return false\n',
    laws: '0,1',
  },
  {
    fault: 'a byte order mark is part of the first line',
    path: 'src/files/read/byte-order-mark.ts',
    from: `return { length: 3, encoding: 'utf8' }`,
    to: `return { length: 0, encoding: 'bytes' }`,
    laws: '4',
  },
  {
    fault: 'a line that comes while earlier ones wait for a batch is not read',
    path: 'src/files/read/batcher.ts',
    from: 'isEnd: chunk.isEnd && isSameState(chunk.look, chunk.file.look)',
    to: 'isEnd: chunk.isEnd',
  },
  {
    fault: 'a closing line counts as written over whatever the bytes before it are',
    path: 'src/files/match/unchanged-part.ts',
    from: 'const isUnchanged = digestAtEnd !== undefined && isDigestWith(digestAtEnd, tail.subarray(length), file)',
    to: 'const isUnchanged = digestAtEnd !== undefined',
    laws: '2,6',
  },
  {
    fault: 'a file that cannot be told from a copy yet is neither open nor counted',
    path: 'src/files/match/new-files.ts',
    from: `    if (answer === 'unseen') await this.#holds.begin(this.#begin(found)) // open, and counted, whatever becomes of its name\n`,
    to: '',
    laws: '1,2,6',
  },
  {
    fault: 'a report that was held back is taken for an earlier one of its name by the next run',
    path: 'src/files/match/new-files.ts',
    from: 'const start = meeting.starts.get(keyOf(known)) ?? DECIDED',
    to: 'const start = meeting.starts.get(keyOf(known)) ?? { isAtEnd: false, restored: this.#parts.trackedFiles.missing().find(file => file.isFromRegistry && file.path === held.path) }',
    laws: '1,2',
  },
  {
    fault: 'a directory that cannot be listed counts as empty',
    path: 'src/files/look/discoverer.ts',
    from: '    walk.isComplete = false\n    this.#logOnce(walk, directory,',
    to: '    this.#logOnce(walk, directory,',
    laws: '1,2,6',
  },
  {
    fault: 'a closing line that is written over makes the file be sent whole',
    path: 'src/files/match/reconciler.ts',
    from: '    if (look !== undefined && (await this.#continueBehindUnchanged(file, look))) return\n',
    to: '',
    laws: '1,2',
  },
  {
    fault: 'NULs at the end of a file are text',
    path: 'src/files/read/text-extent.ts',
    from: '    const nuls = countTrailingNuls(bytes)\n    const end = position + bytes.length',
    to: '    const nuls = 0\n    const end = position + bytes.length',
  },
  {
    fault: 'a file that was moved to a directory below while the agent was stopped is not found',
    path: 'src/files/match/siblings.ts',
    from: '    else paths.push(...filesOf(path, found))\n',
    to: '',
    laws: '0,4',
  },
]
