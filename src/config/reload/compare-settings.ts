import { isDeepStrictEqual } from 'node:util'
import type { KeyPath } from '../text/key-path.ts'
import { explainRestart } from './restart-reasons.ts'
import type { Secret } from '../values/secret.ts'
import { nameSetting } from './setting-names.ts'
import type { Settings } from '../settings.ts'

export interface SettingsDifference {
  /** Key paths as an operator writes them, e.g. `files[0].fields`, `network.balance`. Never values. */
  readonly changed: readonly string[]
  /** Those that only a restart applies, with the reason. */
  readonly needsRestart: readonly { readonly key: string; readonly reason: string }[]
}

/** Compares two settings of one role. Walks over all members, so that new settings need no change here. */
export function describeDifference(before: Settings, after: Settings): SettingsDifference {
  const reasons = new Map<string, string | undefined>()
  for (const path of findChanges(before, after)) {
    const key = nameSetting(path, before, after)
    reasons.set(key, explainRestart(path, before, after) ?? reasons.get(key))
  }
  const needsRestart = [...reasons].flatMap(([key, reason]) => (reason === undefined ? [] : [{ key, reason }]))
  return { changed: [...reasons.keys()], needsRestart }
}

export function isSameSetting(before: unknown, after: unknown): boolean {
  return findChanges(before, after).length === 0
}

/** The innermost differences. Objects are compared member by member, and so are the entries of `files`. */
function findChanges(before: unknown, after: unknown, path: KeyPath = []): KeyPath[] {
  if (isSecret(before) && isSecret(after)) return before.reveal() === after.reveal() ? [] : [path]
  if (!isContainer(before) || !isContainer(after) || isWhole(path, before)) {
    return isDeepStrictEqual(before, after) ? [] : [path]
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].flatMap(key => {
    const part = Array.isArray(before) ? Number(key) : key
    return findChanges(before[key], after[key], [...path, part])
  })
}

/**
 * Values that are compared as a whole: lists except `files`, addresses, and objects with names of the operator's
 * choice.
 */
function isWhole(path: KeyPath, value: Container): boolean {
  const [first, , third] = path
  if (first === 'files') return third !== undefined
  return Array.isArray(value) || Object.keys(value).toSorted().join() === 'host,port'
}

type Container = Readonly<Record<string, unknown>>

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null
}

function isSecret(value: unknown): value is Secret {
  return isContainer(value) && typeof value['reveal'] === 'function'
}
