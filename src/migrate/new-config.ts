import { parseJson } from '../config/text/json-parser.ts'
import { ConfigError } from '../config/text/problem.ts'
import { prepareText } from '../config/text/comments-and-variables.ts'
import { readSettings } from '../config/read-settings.ts'
import type { Role, Settings } from '../config/settings.ts'
import { readProcessContext } from '../config/values/process-context.ts'

/** Top-level members that every event has: no field may have one of these names. */
export const EVENT_MEMBERS: ReadonlySet<string> = new Set([
  'message',
  '@timestamp',
  '@metadata',
  'host',
  'host.name',
  'log',
  'log.file.path',
  'log.offset',
  'log.flags',
  'agent',
  'agent.type',
  'agent.version',
  '__proto__',
  '',
])

/** A configuration in our dialect, in which a dollar sign in a value does not begin a variable. */
export function toConfigText(config: object): string {
  return `${JSON.stringify(config, undefined, 2).replaceAll('$', '$$$$')}\n`
}

/** The settings of a configuration that is not written yet. Throws a ConfigError. */
export function readNewConfig(path: string, text: string, role: Role): Settings {
  const context = readProcessContext()
  const source = prepareText(path, text, context.environment)
  const { node, problems } = parseJson(source)
  if (node === undefined) throw new ConfigError(problems)
  const { warnings } = source
  const documents = {
    nodes: [node],
    files: [path],
    looks: new Map(),
    directories: [],
    unresolved: [],
    isComplete: true,
    problems,
    warnings,
  }
  const outcome = readSettings(documents, role, context)
  if (outcome.settings === undefined) throw new ConfigError(outcome.problems)
  return outcome.settings
}
