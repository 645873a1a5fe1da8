import { readImports, type Import } from './imports.ts'

interface Allowed {
  /** Rooms whose values may be imported; `*`: all. */
  readonly rooms: readonly string[]
  /** Rooms of which only types may be imported. */
  readonly types?: readonly string[]
}

const lower = (...rooms: string[]): Allowed => ({ rooms: ['flow', ...rooms], types: ['telemetry'] })

/** The import table of docs/design.md: which room may import which. A room may always import itself. */
const table: Readonly<Record<string, Allowed>> = {
  'main.ts': { rooms: ['cli'] },
  cli: { rooms: ['*'] },
  demo: { rooms: ['*'] },
  migrate: { rooms: ['*'] },
  agent: {
    rooms: ['files', 'registry', 'lumberjack', 'discovery', 'etcd', 'trust', 'tls', 'telemetry', 'flow'],
    types: ['config'],
  },
  collector: {
    rooms: ['lumberjack', 'stores', 'delivery', 'discovery', 'etcd', 'trust', 'sqlite', 'tls', 'telemetry', 'flow'],
    types: ['config'],
  },
  config: lower(),
  delivery: { rooms: ['flow', 'sqlite'], types: ['telemetry', 'stores'] },
  etcd: lower('tls'),
  discovery: lower('tls', 'etcd', 'disk'),
  files: lower('registry'),
  flow: { rooms: [] },
  events: lower('lumberjack'),
  lumberjack: lower('tls', 'events'),
  registry: lower('sqlite', 'disk'),
  disk: lower(),
  sqlite: lower('disk'),
  stores: lower('tls', 'sqlite', 'disk'),
  telemetry: lower(),
  tls: lower('disk'),
  trust: lower('etcd', 'sqlite', 'tls', 'disk'),
}

/** All that flow may have of Node: nothing that reaches a file, a socket or a process. */
const nodeForFlow = new Set(['node:timers', 'node:timers/promises'])

/** Libraries that only describe or compute, and may be imported where they are needed. */
const inert = new Set(['typebox'])

const maxLines = 300

/** Takes the sources by their path from src/; gives a sentence for each breach of the design. */
export function findBreaches(sources: ReadonlyMap<string, string>): string[] {
  const imports = [...sources].flatMap(([path, text]) => readImports(path, text))
  return [
    ...[...sources].flatMap(([path, text]) => findFileBreaches(path, text)),
    ...imports.flatMap(findImportBreaches),
    ...findSharedLibraries(imports),
  ]
}

function findFileBreaches(path: string, text: string): string[] {
  const lines = text.split('\n').length - 1
  const breaches = []
  if (lines > maxLines) breaches.push(`${path} has ${lines} lines; ${maxLines} is the limit: split it`)
  if (/(^|\/)index\.ts$/.test(path)) breaches.push(`${path} is a barrel: import the file that has the thing`)
  if (!Object.hasOwn(table, roomOf(path))) breaches.push(`${path} is in no room that the design names`)
  return breaches
}

function findImportBreaches(entry: Import): string[] {
  const room = roomOf(entry.from)
  if (entry.isBarrel) return [`${entry.from} passes on all of ${entry.target}: import it where it is needed`]
  if (room === 'flow' && entry.target.startsWith('node:') && !nodeForFlow.has(entry.target)) {
    return [`${entry.from} imports ${entry.target}; flow has nothing of Node's input and output`]
  }
  if (!entry.isLocal || !entry.target.endsWith('.ts') || mayImport(room, entry)) return []
  return [`${entry.from} imports ${entry.isTypeOnly ? 'a type' : 'values'} of ${entry.target}; ${describe(room)}`]
}

function mayImport(room: string, { target, isTypeOnly }: Import): boolean {
  const { rooms, types = [] } = table[room] ?? { rooms: [] }
  const other = roomOf(target)
  if (other === room || rooms.includes('*') || rooms.includes(other)) return true
  return isTypeOnly && types.includes(other)
}

function describe(room: string): string {
  const { rooms, types = [] } = table[room] ?? { rooms: [] }
  const list = [...rooms, ...types.map(name => `types of ${name}`)]
  return list.length === 0 ? `${room} imports nothing of ours` : `${room} may import ${list.join(', ')}`
}

/** A library that is imported in one place can be replaced in one place. */
function findSharedLibraries(imports: readonly Import[]): string[] {
  const outside = imports.filter(({ isLocal, target }) => !isLocal && isLibrary(target))
  const users = Map.groupBy(outside, ({ target }) => packageOf(target))
  return [...users].flatMap(([library, list]) => {
    const files = new Set(list.map(({ from }) => from))
    return files.size < 2 ? [] : [`${library} is imported by ${[...files].join(' and ')}; one file may`]
  })
}

/** Of Node's own, those that reach far outside. */
const outside = new Set(['node:sqlite', 'node:ffi'])

function isLibrary(target: string): boolean {
  return outside.has(target) || (!target.startsWith('node:') && !inert.has(packageOf(target)))
}

function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')
}

function roomOf(path: string): string {
  return path.split('/')[0] ?? path
}
