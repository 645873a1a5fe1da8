import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { readYaml } from '../../yaml/read-yaml.ts'

/** One rule as uap-core writes it: an expression, and what it gives instead of its captures. */
export type WrittenRule = Readonly<Record<string, string>>

export interface WrittenRules {
  readonly user_agent_parsers: readonly WrittenRule[]
  readonly os_parsers: readonly WrittenRule[]
  readonly device_parsers: readonly WrittenRule[]
}

/** The rules of uap-core. A single executable has them as data: packaging/user-agent-rules.ts replaces this function. */
export function readRules(): WrittenRules {
  return parseRules(readFileSync(createRequire(import.meta.url).resolve('uap-core/regexes.yaml')))
}

/** Throws an Error that says what is missing. */
export function parseRules(bytes: Buffer): WrittenRules {
  const read = readYaml(bytes.toString('utf8'))
  if ('fault' in read) throw new Error(read.fault)
  const { user_agent_parsers = [], os_parsers = [], device_parsers = [] } = read.data as Partial<WrittenRules>
  return { user_agent_parsers, os_parsers, device_parsers }
}
