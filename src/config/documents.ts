import { parseJson } from './json-parser.ts'
import type { JsonNode } from './json-node.ts'
import { ConfigError } from './problem.ts'
import type { Problem } from './problem.ts'
import { readConfigFiles } from './read-files.ts'
import { prepareText } from './source-text.ts'

export interface Documents {
  /** One a file; empty files have none. */
  readonly nodes: readonly JsonNode[]
  readonly files: readonly string[]
  /** False where some file was not understood, so that what seems missing may be in it. */
  readonly isComplete: boolean
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

/** Reads and parses. Throws a ConfigError only where nothing can be said of the rest. */
export function readDocuments(path: string, environment: Readonly<Record<string, string | undefined>>): Documents {
  const { files, warnings: skipped } = readConfigFiles(path)
  const nodes: JsonNode[] = []
  let isComplete = true
  const problems: Problem[] = []
  const warnings = [...skipped]
  for (const file of files) {
    const source = prepareText(file.path, file.content, environment)
    const parsed = parseJson(source)
    problems.push(...parsed.problems)
    warnings.push(...source.warnings)
    if (parsed.node !== undefined) nodes.push(parsed.node)
    else if (parsed.problems.length === 0) warnings.push({ message: `${file.path} has nothing in it` })
    else isComplete = false
  }
  if (nodes.length === 0) throw new ConfigError(problems.length > 0 ? problems : [nothingIn(path)])
  return { nodes, files: files.map(file => file.path), isComplete, problems, warnings }
}

function nothingIn(path: string): Problem {
  return { message: `${path} has nothing in it; expected a JSON object with the settings` }
}
