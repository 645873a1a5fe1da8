import type { ExecutionContext } from 'ava'
import type { FileGroup, FilesSource } from '../../../src/files/contract.ts'
import { createFilesSource } from '../../../src/files/source.ts'
import type { Log } from '../../../src/telemetry/log.ts'
import { makeGroup, toLines } from './followed.ts'
import { MemoryRegistry } from './memory-registry.ts'

export interface WatchOptions {
  readonly group?: Partial<FileGroup>
  readonly pollMs: number
  readonly log: Log
}

export interface WatchedDirectory {
  readonly source: FilesSource
  /** Of all lines so far; each batch is acked as it comes. */
  readonly texts: readonly string[]
}

/** A files source as the agent runs it, with its timer and the watches of the system. */
export function watchDirectory(
  t: ExecutionContext,
  dir: string,
  { group, pollMs, log }: WatchOptions,
): WatchedDirectory {
  const parts = { registry: new MemoryRegistry(), log, clock: Date.now }
  const source = createFilesSource({ groups: [makeGroup(dir, group)], limits: { pollMs }, ...parts })
  const stop = new AbortController()
  const texts: string[] = []
  const reading = (async () => {
    for (let batch = await source.next(stop.signal); batch; batch = await source.next(stop.signal)) {
      texts.push(...toLines(batch).map(line => line.text))
      await source.commit(batch)
    }
  })()
  t.teardown(async () => {
    stop.abort()
    await reading
    await source.close()
  })
  return { source, texts }
}
