import type { ExecutionContext } from 'ava'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

type Call = 'open' | 'readdir' | 'stat'
type Action = () => void
type Function = (path: unknown, ...rest: readonly unknown[]) => Promise<unknown>

const actions = new Map<string, Action>()

for (const call of ['open', 'readdir', 'stat'] as const) {
  const place = fs.promises as unknown as Record<Call, Function>
  const original = place[call]
  place[call] = async (path, ...rest) => {
    actions.get(`${call} ${String(path)}`)?.()
    return original(path, ...rest)
  }
}
syncBuiltinESMExports()

/** From now on `action` happens before each such call of `node:fs/promises` for a path; gives how to end that. */
export function before(t: ExecutionContext, [call, path]: readonly [Call, string], action: Action): () => void {
  const key = `${call} ${path}`
  const end = () => void actions.delete(key)
  actions.set(key, action)
  t.teardown(end)
  return end
}

/** From now on the call fails. */
export function fail(t: ExecutionContext, call: readonly [Call, string], code: string): () => void {
  return before(t, call, () => {
    throw Object.assign(new Error(`${code}: ${call.join(' ')}`), { code })
  })
}
