import { readIncluded, refuseIncludes } from './include.ts'
import { parseJson } from './json-parser.ts'
import type { JsonNode } from './json-node.ts'
import { ConfigError } from './problem.ts'
import type { Problem } from './problem.ts'
import { readConfigFiles } from './read-files.ts'
import type { ConfigFile } from './read-files.ts'
import { prepareText } from './comments-and-variables.ts'

export interface Documents {
  /** One per file; none for an empty file. */
  readonly nodes: readonly JsonNode[]
  readonly files: readonly string[]
  /** By path: the state of each file before it was read. */
  readonly looks: ReadonlyMap<string, string>
  /** The included ones, in which files may appear and disappear. */
  readonly directories: readonly string[]
  /** False if a file could not be parsed: settings that seem missing may be in it. */
  readonly isComplete: boolean
  readonly problems: readonly Problem[]
  /** Variables that must have a value and have none. */
  readonly unresolved: readonly Problem[]
  readonly warnings: readonly Problem[]
}

type Environment = Readonly<Record<string, string | undefined>>

/** Reads and parses all files. Throws a ConfigError only if nothing is left to check. */
export function readDocuments(path: string, environment: Environment): Documents {
  const { files, warnings } = readConfigFiles(path)
  const named = parseFiles(files, environment)
  const included = readIncluded(named.nodes, files)
  const others = parseFiles(included.files, environment)
  const nodes = [...named.nodes, ...others.nodes]
  const problems = [...named.problems, ...included.problems, ...others.problems, ...refuseIncludes(others.nodes)]
  const unresolved = [...named.unresolved, ...others.unresolved]
  if (nodes.length === 0) throw makeNothingError(path, [...unresolved, ...problems])
  const all = [...files, ...included.files]
  return {
    nodes,
    files: all.map(file => file.path),
    looks: new Map(all.flatMap(file => (file.look === undefined ? [] : [[file.path, file.look] as const]))),
    directories: included.directories,
    isComplete: named.isComplete && others.isComplete && included.problems.length === 0,
    problems,
    unresolved,
    warnings: [...warnings, ...named.warnings, ...included.warnings, ...others.warnings],
  }
}

type Parsed = Pick<Documents, 'nodes' | 'isComplete' | 'problems' | 'unresolved' | 'warnings'>

function parseFiles(files: readonly ConfigFile[], environment: Environment): Parsed {
  const nodes: JsonNode[] = []
  let isComplete = true
  const problems: Problem[] = []
  const unresolved: Problem[] = []
  const warnings: Problem[] = []
  for (const file of files) {
    const source = prepareText(file.path, file.content, environment)
    const parsed = parseJson(source)
    problems.push(...parsed.problems)
    unresolved.push(...source.problems)
    warnings.push(...source.warnings)
    if (parsed.node !== undefined) nodes.push(parsed.node)
    else if (parsed.problems.length === 0) warnings.push({ message: `${file.path} has nothing in it` })
    else isComplete = false
  }
  return { nodes, isComplete, problems, unresolved, warnings }
}

function makeNothingError(path: string, problems: readonly Problem[]): ConfigError {
  const empty = { message: `${path} has nothing in it; expected a JSON object with the settings` }
  return new ConfigError(problems.length > 0 ? problems : [empty])
}
