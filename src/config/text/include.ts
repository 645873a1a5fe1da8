import { dirname, resolve } from 'node:path'
import { positionOf } from './json-node.ts'
import type { JsonNode, Member } from './json-node.ts'
import { ConfigError } from './problem.ts'
import type { Position, Problem } from './problem.ts'
import { readPlace } from './read-files.ts'
import type { ConfigFile } from './read-files.ts'

/** A path that `include` names. */
interface Include {
  /** Absolute; a relative path starts at the directory of the file that names it. */
  readonly path: string
  readonly position: Position
}

export interface Included {
  readonly files: readonly ConfigFile[]
  /** Those in which files may appear and disappear. */
  readonly directories: readonly string[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

/** Reads the files that these documents include. `files` are those that have already been read. */
export function readIncluded(nodes: readonly JsonNode[], files: readonly ConfigFile[]): Included {
  const known = new Set(files.map(({ path }) => resolve(path)))
  const included = { files: [] as ConfigFile[], directories: [] as string[] }
  const problems: Problem[] = []
  const warnings: Problem[] = []
  for (const { path, position } of nodes.flatMap(node => findIncludes(node))) {
    const place = tryToRead(path, position, problems)
    if (place === undefined) continue
    if (place.isDirectory) included.directories.push(path)
    warnings.push(...place.warnings)
    const repeated = place.files.filter(file => known.has(file.path))
    problems.push(...repeated.map(file => ({ position, message: `include: ${file.path} has already been read` })))
    included.files.push(...place.files.filter(file => !known.has(file.path)))
    for (const file of place.files) known.add(file.path)
  }
  return { ...included, problems, warnings }
}

/** An error for each included document that includes others. */
export function refuseIncludes(nodes: readonly JsonNode[]): Problem[] {
  return nodes.flatMap(node => {
    const found = memberOf(node)
    if (found === undefined) return []
    const message = 'include: this file is itself included; only the files that --config names can include others'
    return [{ position: positionOf(found.keyPlace), message }]
  })
}

/** The schema reports values that are not paths. */
function findIncludes(node: JsonNode): Include[] {
  const value = memberOf(node)?.value
  const items = value?.kind === 'array' ? value.items : []
  return items.flatMap(item => {
    if (item.kind !== 'string' || item.value === '') return []
    const position = positionOf(item.place)
    return [{ path: resolve(dirname(position.file), item.value), position }]
  })
}

function memberOf(node: JsonNode): Member | undefined {
  return node.kind === 'object' ? node.members.find(({ key }) => key.toLowerCase() === 'include') : undefined
}

function tryToRead(path: string, position: Position, problems: Problem[]) {
  try {
    return readPlace(path)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    problems.push(...error.problems.map(({ message }) => ({ position, message: `include: ${message}` })))
    return undefined
  }
}
