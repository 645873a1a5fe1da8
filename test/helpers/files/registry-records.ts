import type { BatchRange, FileRecord, FinishedGeneration, Mark, TrackedBatch } from '../../../src/registry/contract.ts'

/** Made-up records: the registry does not look into what it keeps. */
export function makeMark(offset: number): Mark {
  return { offset, length: Math.min(offset, 256), hash: offset.toString(16).padStart(32, '0') }
}

export function makeFile(number: number, offset = 0): Omit<FileRecord, 'key'> {
  return {
    path: `/var/log/app ${number}\u00e9.log`,
    identity: { device: '2049', inode: `${18446744073709551000n + BigInt(number)}`, birthNs: '0', head: makeMark(100) },
    offset,
    marks: offset === 0 ? [] : [makeMark(offset), makeMark(offset - 1)],
    seenAtMs: 1_700_000_000_000 + number,
    isGone: number % 2 === 1,
  }
}

export function makeFinished(number: number, headHash = makeMark(100).hash): FinishedGeneration {
  const { path, identity } = makeFile(number)
  const head = { ...identity.head, hash: headHash }
  return {
    path,
    identity: { ...identity, head },
    size: number * 1000,
    digest: number % 3 === 0 ? undefined : number,
    endedAtMs: 1_700_000_000_000 + number,
    outcome: number % 2 === 0 ? 'read' : 'truncated',
    lostBytes: number % 2,
  }
}

export function makeRange(key: number, start: number, end: number): BatchRange {
  return {
    key,
    fileId: `fileIdOfNumber${String(key).padStart(2, '0')}`,
    path: `/var/log/app ${key}.log`,
    fields: { type: 'app', nested: { list: [1, 'two'] } },
    ...(key % 2 === 1 && { format: 'nginx' }),
    start,
    end,
    checksum: (start * 31 + end) >>> 0,
    lineCount: end - start,
    maxLineBytes: 1_048_576,
    startsInsideLine: start % 2 === 1,
    endsUnterminated: end % 2 === 1,
    marks: [makeMark(end)],
  }
}

export function makeBatch(sequence: number, ranges: readonly BatchRange[]): TrackedBatch {
  return { sequence, timeMs: 1_700_000_000_000 + sequence, runs: [], lineCount: 0, byteCount: 0, ranges }
}
