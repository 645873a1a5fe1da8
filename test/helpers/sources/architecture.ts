import { dirname } from 'node:path/posix'
import { readImports, type Import } from './imports.ts'

/** Which places of src/ one place may import, as docs/design.md says it. */
export interface Walls {
  /** Places whose values may be imported. */
  readonly values: ReadonlySet<string>
  /** Places of which only types may be imported. */
  readonly types: ReadonlySet<string>
}

/** By place: a folder of src/, or the file `main.ts`. */
export type ImportTable = ReadonlyMap<string, Walls>

/** The last room whose places "any below" means. */
const LAST_LOWER_ROOM = 'delivery/letters'

/** All that flow may have of Node: nothing that reaches a file, a socket or a process. */
const NODE_FOR_FLOW = new Set(['node:timers', 'node:timers/promises'])
/** It imports the check for an IP address from node:net. */
const FLOW_WITH_NET = 'flow/host-port.ts'

/** Libraries that only describe or compute, and may be imported where they are needed. */
const INERT = new Set(['typebox'])
/** Of Node's own, those that reach far outside. */
const OUTSIDE = new Set(['node:sqlite', 'node:ffi'])

/** Reads the rows `| place | what it holds | may import |` of the design's table. */
export function readImportTable(markdown: string): ImportTable {
  const rows = [...markdown.matchAll(/^\| `(?<place>[\w/-]+)` \|[^|]*\| (?<allowed>[^|]*) \|$/gm)].map(
    ({ groups }) => [groups?.['place'] ?? '', groups?.['allowed'] ?? ''] as const,
  )
  const places = rows.map(([place]) => place)
  const lower = places.slice(0, places.indexOf(LAST_LOWER_ROOM) + 1)
  const table = rows.map(([place, allowed]) => {
    const others = places.filter(other => roomOf(other) !== roomOf(place))
    const any = allowed.startsWith('any below') ? lower : /^any\b/.test(allowed) ? others : []
    return [place, { values: new Set([...any, ...listPlaces(allowed, '')]), types: listPlaces(allowed, 'types of ') }]
  }) satisfies readonly (readonly [string, Walls])[] as [string, Walls][]
  return new Map([...table, ['main.ts', { values: new Set(['cli']), types: new Set<string>() }]])
}

function listPlaces(allowed: string, prefix: string): ReadonlySet<string> {
  const items = allowed.split(', ').map(item => new RegExp(`^${prefix}\`([^\`]+)\`$`).exec(item)?.[1])
  return new Set(items.filter(item => item !== undefined))
}

/** Takes the sources by their path from src/; gives a sentence for each breach of the design. */
export function findBreaches(sources: ReadonlyMap<string, string>, table: ImportTable): string[] {
  const imports = [...sources].flatMap(([path, text]) => readImports(path, text))
  return [
    ...[...sources.keys()].flatMap(path => findFileBreaches(path, table)),
    ...imports.flatMap(entry => findImportBreaches(entry, table)),
    ...findSharedLibraries(imports),
    ...findCircles(imports),
  ]
}

function findFileBreaches(path: string, table: ImportTable): string[] {
  const breaches = []
  if (/(^|\/)index\.ts$/.test(path)) breaches.push(`${path} is a barrel: import the file that has the thing`)
  if (!table.has(placeOf(path))) breaches.push(`${path} is in no place that the design names`)
  return breaches
}

function findImportBreaches(entry: Import, table: ImportTable): string[] {
  const { from, target, isLocal, isPassedOn, isTypeOnly } = entry
  if (isPassedOn) return [`${from} passes on what ${target} has: import it from there`]
  if (!isLocal) return isForbiddenInFlow(entry) ? [`${from} imports ${target}; flow has no input or output`] : []
  const [place, other] = [placeOf(from), placeOf(target)]
  const walls = table.get(place)
  if (!target.endsWith('.ts') || walls === undefined || other === place || walls.values.has(other)) return []
  if (isTypeOnly && walls.types.has(other)) return []
  return [`${from} imports ${isTypeOnly ? 'a type' : 'values'} of ${target}; ${describe(place, walls)}`]
}

function isForbiddenInFlow({ from, target }: Import): boolean {
  if (placeOf(from) !== 'flow' || !target.startsWith('node:') || NODE_FOR_FLOW.has(target)) return false
  return target !== 'node:net' || from !== FLOW_WITH_NET
}

function describe(place: string, { values, types }: Walls): string {
  const list = [...values, ...[...types].map(name => `types of ${name}`)]
  return list.length === 0 ? `${place} imports nothing of ours` : `${place} may import ${list.join(', ')}`
}

/** A library that is imported in one file can be replaced in one file. */
function findSharedLibraries(imports: readonly Import[]): string[] {
  const outside = imports.filter(({ isLocal, target }) => !isLocal && isLibrary(target))
  const users = Map.groupBy(outside, ({ target }) => packageOf(target))
  return [...users].flatMap(([library, list]) => {
    const files = new Set(list.map(({ from }) => from))
    return files.size < 2 ? [] : [`${library} is imported by ${[...files].join(' and ')}; one file may`]
  })
}

/** Types count: two files that need each other are one thing in two places. */
function findCircles(imports: readonly Import[]): string[] {
  const targets = Map.groupBy(
    imports.filter(({ isLocal }) => isLocal),
    ({ from }) => from,
  )
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file)
    if (start !== -1) circles.push(`${[...path.slice(start), file].join(' → ')} is a circle of imports`)
    if (start !== -1 || done.has(file)) return
    for (const { target } of targets.get(file) ?? []) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of targets.keys()) visit(file, [])
  return circles
}

function isLibrary(target: string): boolean {
  return OUTSIDE.has(target) || (!target.startsWith('node:') && !INERT.has(packageOf(target)))
}

function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')
}

function placeOf(path: string): string {
  return path.includes('/') ? dirname(path) : path
}

function roomOf(place: string): string {
  return place.split('/')[0] ?? place
}
