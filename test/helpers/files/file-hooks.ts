import type { ExecutionContext } from 'ava'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

type Call = 'open' | 'readdir' | 'stat'
type Action = () => void
type Function = (path: unknown, ...rest: readonly unknown[]) => Promise<unknown>

const actions = new Map<string, Action>()
/** By path: the code with which reading fails through whatever opened it, and undefined while it does not. */
const readFailures = new Map<string, string | undefined>()
/** By path: the bytes that were read. */
const readCounts = new Map<string, number>()
/** Paths of files of which it is not known when they were made. */
const withoutBirthTime = new Set<string>()
/** Paths of files that show one time of change. */
const heldChanges = new Map<string, Partial<fs.BigIntStats>>()
/** By path: what happens after each read. */
const readSequels = new Map<string, Action>()
/** By path: reading waits for it. */
const readGates = new Map<string, Promise<void>>()

/** A file shows another inode from now on, as a file system in layers does it after the first write. Returns how to end that. */
export function showOtherInode(inode: bigint, shown: bigint): () => void {
  shownInodes.set(inode, shown)
  return () => void shownInodes.delete(inode)
}

function showInode(stats: unknown): unknown {
  const { ino } = (stats ?? {}) as { readonly ino?: unknown }
  const shown = typeof ino === 'bigint' ? shownInodes.get(ino) : undefined
  return shown === undefined ? stats : Object.assign(stats as object, { ino: shown })
}

function showStats(path: string, stats: unknown): unknown {
  const shown = showInode(stats)
  return withoutBirthTime.has(path) && shown !== undefined ? Object.assign(shown as object, { birthtimeNs: 0n }) : shown
}

function showInodeOf(handle: fs.promises.FileHandle): void {
  const stat = handle.stat.bind(handle) as (...parameters: readonly unknown[]) => Promise<unknown>
  Object.assign(handle, { stat: async (...parameters: readonly unknown[]) => showInode(await stat(...parameters)) })
}

interface DescriptorLimit {
  readonly most: number
  readonly open: Set<fs.promises.FileHandle>
}

/** By the inode that a file really has: the one that it shows. */
const shownInodes = new Map<bigint, bigint>()
const descriptorLimits = new Map<string, DescriptorLimit>()

for (const call of ['open', 'readdir', 'stat'] as const) {
  const place = fs.promises as unknown as Record<Call, Function>
  const original = place[call]
  place[call] = async (path, ...rest) => {
    actions.get(`${call} ${String(path)}`)?.()
    const limit = call === 'open' ? findLimit(String(path)) : undefined
    if (limit !== undefined) refuseBeyond(limit, String(path))
    const result = await original(path, ...rest)
    if (call === 'stat') showStats(String(path), result)
    if (call === 'open' && shownInodes.size > 0) showInodeOf(result as fs.promises.FileHandle)
    limit?.open.add(result as fs.promises.FileHandle)
    if (call === 'open' && readCounts.has(String(path))) countReads(String(path), result as fs.promises.FileHandle)
    if (call === 'open' && withoutBirthTime.has(String(path))) forgetBirthTime(result as fs.promises.FileHandle)
    if (call === 'open' && heldChanges.has(String(path))) keepChangeTime(String(path), result as fs.promises.FileHandle)
    if (call === 'open' && readFailures.has(String(path))) failReading(String(path), result as fs.promises.FileHandle)
    return result
  }
}
// A local file is looked at without a thread from the second time on.
const statNow = fs.statSync as (...parameters: readonly unknown[]) => unknown
Object.assign(fs, {
  statSync: (path: unknown, ...rest: readonly unknown[]) => {
    actions.get(`stat ${String(path)}`)?.()
    return showStats(String(path), statNow(path, ...rest))
  },
})
syncBuiltinESMExports()

/** From now on `action` happens before each such call for a path; gives how to end that. */
export function before(t: ExecutionContext, [call, path]: readonly [Call, string], action: Action): () => void {
  const end = hook([call, path], action)
  t.teardown(end)
  return end
}

/** From now on the call fails. */
export function fail(t: ExecutionContext, call: readonly [Call, string], code: string): () => void {
  const end = startFailing(call, code)
  t.teardown(end)
  return end
}

/** As `fail`, for a caller that ends it itself. */
export function startFailing(call: readonly [Call, string], code: string): () => void {
  return hook(call, () => {
    throw Object.assign(new Error(`${code}: ${call.join(' ')}`), { code })
  })
}

function hook([call, path]: readonly [Call, string], action: Action): () => void {
  const key = `${call} ${path}`
  actions.set(key, action)
  return () => void actions.delete(key)
}

/** Reading through handles that are opened from now on fails until the returned function is called. */
export function hookReads(t: ExecutionContext, path: string): { failWith: (code: string | undefined) => void } {
  readFailures.set(path, undefined)
  t.teardown(() => void readFailures.delete(path))
  return { failWith: code => void readFailures.set(path, code) }
}

/** From now on `action` happens after each read of a file through handles that are opened from now on. */
export function afterReads(t: ExecutionContext, path: string, action: Action): void {
  readFailures.set(path, undefined)
  readSequels.set(path, action)
  t.teardown(() => {
    readFailures.delete(path)
    readSequels.delete(path)
  })
}

/** As `hookReads`, for a caller that ends it itself by the second function. */
export function prepareReads(path: string): readonly [(code: string | undefined) => void, () => void] {
  readFailures.set(path, undefined)
  return [code => void readFailures.set(path, code), () => void readFailures.delete(path)]
}

/** At most so many files below a directory are open at once: opening another one fails. Returns how to end that. */
export function limitDescriptors(directory: string, most: number): () => void {
  descriptorLimits.set(directory, { most, open: new Set() })
  return () => void descriptorLimits.delete(directory)
}

function findLimit(path: string): DescriptorLimit | undefined {
  for (const [directory, limit] of descriptorLimits) if (path.startsWith(`${directory}/`)) return limit
  return undefined
}

function refuseBeyond(limit: DescriptorLimit, path: string): void {
  for (const handle of limit.open) if (handle.fd < 0) limit.open.delete(handle)
  if (limit.open.size >= limit.most) throw Object.assign(new Error(`EMFILE: open ${path}`), { code: 'EMFILE' })
}

/** From now on reads of a file, through handles that are opened from now on, wait until the returned function is called. */
export function holdReads(t: ExecutionContext, path: string): () => void {
  const { promise, resolve } = Promise.withResolvers<void>()
  readFailures.set(path, undefined)
  readGates.set(path, promise)
  t.teardown(() => {
    resolve()
    readFailures.delete(path)
    readGates.delete(path)
  })
  return resolve
}

function failReading(path: string, handle: fs.promises.FileHandle): void {
  const read = handle.read.bind(handle) as (...parameters: unknown[]) => Promise<unknown>
  const failing = async (...parameters: unknown[]) => {
    await readGates.get(path)
    const code = readFailures.get(path)
    if (code !== undefined) throw Object.assign(new Error(`${code}: read ${path}`), { code })
    const result = await read(...parameters)
    readSequels.get(path)?.()
    return result
  }
  Object.assign(handle, { read: failing })
}

/** The returned function gives the number of bytes read through handles that are opened from now on. */
export function countBytesRead(t: ExecutionContext, path: string): () => number {
  readCounts.set(path, 0)
  t.teardown(() => void readCounts.delete(path))
  return () => readCounts.get(path) ?? 0
}

function countReads(path: string, handle: fs.promises.FileHandle): void {
  const read = handle.read.bind(handle) as (...parameters: unknown[]) => Promise<{ readonly bytesRead: number }>
  const counting = async (...parameters: unknown[]) => {
    const result = await read(...parameters)
    readCounts.set(path, (readCounts.get(path) ?? 0) + result.bytesRead)
    return result
  }
  Object.assign(handle, { read: counting })
}

/** As on a file system without birth times: by its path, and through handles that are opened from now on. */
export function hideBirthTime(t: ExecutionContext, path: string): void {
  withoutBirthTime.add(path)
  t.teardown(() => void withoutBirthTime.delete(path))
}

function forgetBirthTime(handle: fs.promises.FileHandle): void {
  const stat = handle.stat.bind(handle) as (options: unknown) => Promise<object>
  const forgetting = async (options: unknown) => Object.assign(await stat(options), { birthtimeNs: 0n })
  Object.assign(handle, { stat: forgetting })
}

/**
 * As while a file system frees the blocks of a long file that is truncated: from the call of the returned function on, handles
 * that were opened meanwhile show the time of change and the blocks that the file has then.
 */
export function holdChangeTime(t: ExecutionContext, path: string): () => Promise<void> {
  heldChanges.set(path, {})
  t.teardown(() => void heldChanges.delete(path))
  return async () => {
    const { ctimeNs, blocks } = await fs.promises.stat(path, { bigint: true })
    heldChanges.set(path, { ctimeNs, blocks })
  }
}

function keepChangeTime(path: string, handle: fs.promises.FileHandle): void {
  const stat = handle.stat.bind(handle) as (options: unknown) => Promise<object>
  const keeping = async (options: unknown) => Object.assign(await stat(options), heldChanges.get(path))
  Object.assign(handle, { stat: keeping })
}
