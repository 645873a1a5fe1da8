import { dirname } from 'node:path'
import { readDocuments } from './text/read-documents.ts'
import { ConfigError, sortProblems } from './text/problem.ts'
import type { Problem } from './text/problem.ts'
import type { Documents } from './text/read-documents.ts'
import { type Locate, type Outcome, readBy, readSettings } from './read-settings.ts'
import { type Part, agentStateDirPart, collectorStateDirPart, deadLettersPart, narrow, storePart } from './read-part.ts'
import { findRole } from './find-role.ts'
import type {
  AgentSettings,
  CaSettings,
  CollectorSettings,
  Role,
  Settings,
  DeadLetterSettings,
  StoreSettings,
} from './settings.ts'
import { readProcessContext, toAbsolutePath } from './values/process-context.ts'
import type { ProcessContext } from './values/process-context.ts'

export interface LoadedConfig<Kind extends Settings = Settings> {
  readonly settings: Kind
  /** Odd but usable; logged at start and printed by `check`. */
  readonly warnings: readonly Problem[]
  /** The files that were read, in order. */
  readonly files: readonly string[]
  /** By path: the state of each file before it was read. */
  readonly looks: ReadonlyMap<string, string>
  /** The included ones, in which files may appear and disappear. */
  readonly directories: readonly string[]
  readonly locate: Locate
}

/** Overrides for tests; by default the context of the process is used. */
export type LoadOptions = Partial<ProcessContext>

/** Loads a configuration of any role. Throws a ConfigError with everything that is wrong with it. */
export function loadConfig(path: string, options: LoadOptions = {}): LoadedConfig {
  return load(path, options)
}

/** As `loadConfig`; the configuration of another role is an error that names the right command. */
export function loadAgentConfig(path: string, options: LoadOptions = {}): LoadedConfig<AgentSettings> {
  return load(path, options, 'agent') as LoadedConfig<AgentSettings>
}

export function loadCollectorConfig(path: string, options: LoadOptions = {}): LoadedConfig<CollectorSettings> {
  return load(path, options, 'collector') as LoadedConfig<CollectorSettings>
}

export function loadCaConfig(path: string, options: LoadOptions = {}): LoadedConfig<CaSettings> {
  return load(path, options, 'ca') as LoadedConfig<CaSettings>
}

function load(path: string, options: LoadOptions, expected?: Role): LoadedConfig {
  const given = { ...readProcessContext(), ...options }
  const documents = readDocuments(path, given.environment)
  const context = { configDir: dirname(toAbsolutePath(documents.files[0] ?? path, given)), ...given }
  const role = findRole(documents.nodes, expected, path)
  const outcome = readSettings(documents, role, context)
  const settings = settingsOf(outcome, documents)
  const { files, looks, directories } = documents
  const { locate } = outcome
  return { settings, warnings: sortProblems(outcome.warnings, files), files, looks, directories, locate }
}

/** The store of a collector. Problems in other parts of its configuration do not matter. */
export function loadStoreSettings(path: string, options: LoadOptions = {}): StoreSettings {
  return loadPart(path, storePart, options)
}

export function loadCollectorStateDir(path: string, options: LoadOptions = {}): string {
  return loadPart(path, collectorStateDirPart, options)
}

/** Where the dead letters of a collector are. */
export function loadDeadLetterSettings(
  path: string,
  options: LoadOptions = {},
): DeadLetterSettings & { readonly stateDir: string } {
  return loadPart(path, deadLettersPart, options)
}

export function loadAgentStateDir(path: string, options: LoadOptions = {}): string {
  return loadPart(path, agentStateDirPart, options)
}

function loadPart<Result>(path: string, part: Part<Result>, options: LoadOptions): Result {
  const context = { ...readProcessContext(), ...options }
  const documents = readDocuments(path, context.environment)
  findRole(documents.nodes, part.role, path)
  const narrowed = narrow(documents, part)
  return settingsOf(readBy(part.definition, narrowed, context), narrowed)
}

function settingsOf<Result>(
  { settings, problems }: Omit<Outcome<Result>, 'locate'>,
  { warnings, files }: Documents,
): Result {
  if (settings !== undefined) return settings
  // An unset variable is often the cause of the other problems.
  const reasons = warnings.filter(({ position }) => position !== undefined)
  throw new ConfigError(sortProblems([...reasons, ...problems], files))
}
