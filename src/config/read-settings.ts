import { canonicalise } from './schema/canonical-keys.ts'
import type { Documents } from './text/read-documents.ts'
import { explainFault, isExplained } from './schema/explain-fault.ts'
import { positionOf, toData } from './text/json-node.ts'
import type { JsonNode } from './text/json-node.ts'
import { type KeyPath, findNode, keyPlaceOf, placeOf } from './text/key-path.ts'
import { mergeNodes } from './text/merge.ts'
import type { Position, Problem } from './text/problem.ts'
import { removeAt } from './checks/check-report.ts'
import type { CheckReport } from './checks/check-report.ts'
import { type Definition, definitionOf } from './role-definition.ts'
import { applyDefaults, specialise } from './schema/schema-node.ts'
import type { SchemaNode } from './schema/schema-node.ts'
import type { Role, Settings } from './settings.ts'
import type { ProcessContext } from './values/process-context.ts'
import { validate } from './schema/validate.ts'
import type { Fault } from './schema/validate.ts'

export interface Outcome<Result> {
  /** Absent if there are problems. */
  readonly settings?: Result
  readonly locate: Locate
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

/** Where the value of a path is written; `column` counts in its text, from 1. */
export type Locate = (path: KeyPath, column?: number) => Position

export function readSettings(documents: Documents, role: Role, context: ProcessContext): Outcome<Settings> {
  return readBy(definitionOf(role), documents, context)
}

/**
 * From parsed text to settings: canonical keys, merged files, defaults, the rules of the schema, then those that no
 * schema can express.
 */
export function readBy<Result>(
  definition: Definition<Result>,
  documents: Documents,
  context: ProcessContext,
): Outcome<Result> {
  const problems = [...documents.unresolved, ...documents.problems]
  const warnings = [...documents.warnings]
  const root = unite(documents.nodes, definition.schema, problems)
  const own = specialise(definition.schema, toData(root))
  const config = applyDefaults(own, toData(root))
  const all = validate(definition.validator, own, config)
  const faults = all.filter(fault => !isExplained(fault, all) && (fault.kind !== 'missing' || documents.isComplete))
  problems.push(...faults.map(fault => explainFault(fault, root)))
  for (const fault of faults) {
    // A wrong secret still counts as given, which is all that the checks need to know.
    if (fault.kind !== 'value' || fault.schema.isSecret !== true) removeAt(config, fault.path)
  }
  const report = createCheckReport({ root, problems, warnings, faults: all, isComplete: documents.isComplete })
  const build = definition.check(config, report, context)
  const outcome = { problems, warnings, locate: makeLocate(root) }
  return problems.length > 0 ? outcome : { settings: build(), ...outcome }
}

function makeLocate(root: JsonNode): Locate {
  return (path, column) => {
    const node = findNode(root, path)
    if (node?.kind !== 'string' || column === undefined) return positionOf(keyPlaceOf(root, path))
    // In the file its text is in quotes, and may have escapes.
    const before = JSON.stringify(node.value.slice(0, column - 1)).length - 1
    return positionOf({ ...node.place, at: node.place.at + before })
  }
}

function unite(nodes: readonly JsonNode[], schema: SchemaNode, problems: Problem[]): JsonNode {
  const canonical = nodes.map(node => canonicalise(node, specialise(schema, toData(node)), problems))
  const united = mergeNodes(canonical, problems)
  if (united === undefined) throw new TypeError('there is no document to read settings from')
  return united
}

interface ReportTarget {
  readonly root: JsonNode
  readonly problems: Problem[]
  readonly warnings: Problem[]
  readonly faults: readonly Fault[]
  readonly isComplete: boolean
}

function createCheckReport({ root, problems, warnings, faults, isComplete }: ReportTarget): CheckReport {
  return {
    error: (path, message) => problems.push({ position: positionOf(keyPlaceOf(root, path)), message }),
    warn: (path, message) => warnings.push({ position: positionOf(placeOf(root, path)), message }),
    noteMissing(path, expects) {
      const fault: Fault = { kind: 'missing', path, schema: { expects } }
      const given = findNode(root, path)
      if ((given !== undefined && given.kind !== 'null') || isExplained(fault, faults) || !isComplete) return
      problems.push(explainFault(fault, root))
    },
  }
}
