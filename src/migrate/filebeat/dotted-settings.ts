import { isRecord } from '../../flow/is-record.ts'
import type { Plain } from '../exact-numbers.ts'

/** Settings by their full names: `a.b: 1` and `a: {b: 1}` are the same to Filebeat. Lists are values. */
export type Settings = ReadonlyMap<string, unknown>

export function flatten(data: Plain): Settings {
  const settings = new Map<string, unknown>()
  addAll(data, '', settings)
  return settings
}

function addAll(data: Plain, prefix: string, settings: Map<string, unknown>): void {
  for (const [key, value] of Object.entries(data)) {
    if (isRecord(value) && Object.keys(value).length > 0) addAll(value, `${prefix}${key}.`, settings)
    else settings.set(prefix + key, value)
  }
}

/** The settings beneath a name, nested again. */
export function nest(settings: Settings, name: string): Plain {
  const root: Record<string, unknown> = {}
  for (const [key, value] of settings) {
    if (!key.startsWith(`${name}.`)) continue
    const words = key.slice(name.length + 1).split('.')
    const last = words.pop() ?? ''
    let parent = root
    for (const word of words) {
      const child = isRecord(parent[word]) ? { ...parent[word] } : {}
      parent[word] = child
      parent = child
    }
    parent[last] = value
  }
  return root
}

export function textList(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
  return list.map(item => scalarText(item, '')).filter(item => item !== '')
}

export function scalarText(value: unknown, otherwise: string): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : otherwise
}

export function isOn(value: unknown): boolean {
  return value === true || value === 'true'
}

export function isOff(value: unknown): boolean {
  return value === false || value === 'false'
}

const VARIABLE = /\$\{(?<name>[^}:]+)(?::(?<otherwise>[^}]*))?\}/gu

export interface Resolved {
  readonly data: unknown
  /** Names of variables without a value. */
  readonly missing: readonly string[]
  readonly filled: readonly string[]
}

/** Replaces `${NAME}` and `${NAME:default}` by their values; `${path.home}` and the like refer to settings. */
export function resolveVariables(data: unknown, lookUp: (name: string) => string | undefined): Resolved {
  const missing = new Set<string>()
  const filled = new Set<string>()
  const replace = (text: string) =>
    text.replaceAll(VARIABLE, (whole, name: string, otherwise: string | undefined) => {
      const value = lookUp(name) ?? otherwise?.replace(/^\?.*/u, '')
      if (value === undefined) missing.add(name)
      else filled.add(name)
      return value ?? whole
    })
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return replace(value)
    if (Array.isArray(value)) return value.map(item => walk(item))
    if (!isRecord(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]))
  }
  return { data: walk(data), missing: [...missing], filled: [...filled] }
}
