import { parseRules, readRules, type WrittenRules } from './read-rules.ts'
import { type AgentText, makeRule, type Named, type Rule } from './rule.ts'

export interface UserAgent {
  readonly program: Named | undefined
  readonly system: Named | undefined
  readonly device: Named | undefined
}

/** Browsers are many, and few at a time: a thousand rules are tried for new ones only. */
const MAX_REMEMBERED = 10_000
/** Longer names are not remembered, so that memory is bounded. */
const MAX_REMEMBERED_CHARACTERS = 1000

export class UserAgents {
  readonly #programs: readonly Rule[]
  readonly #systems: readonly Rule[]
  readonly #devices: readonly Rule[]
  /** Two generations: a name that is used in one of them stays. */
  #recent = new Map<string, UserAgent>()
  #older: ReadonlyMap<string, UserAgent> = new Map()

  constructor({ user_agent_parsers, os_parsers, device_parsers }: WrittenRules) {
    const programKeys = ['family_replacement', 'v1_replacement', 'v2_replacement', 'v3_replacement', 'v4_replacement']
    const systemKeys = ['os_replacement', 'os_v1_replacement', 'os_v2_replacement', 'os_v3_replacement']
    this.#programs = user_agent_parsers.map(rule => makeRule(rule, programKeys))
    this.#systems = os_parsers.map(rule => makeRule(rule, [...systemKeys, 'os_v4_replacement']))
    this.#devices = device_parsers.map(rule => makeRule(rule, ['device_replacement']))
  }

  identify(text: string): UserAgent {
    const known = this.#recent.get(text)
    if (known !== undefined) return known
    const found = this.#older.get(text) ?? this.#find(text)
    if (text.length <= MAX_REMEMBERED_CHARACTERS) this.#remember(text, found)
    return found
  }

  #find(text: string): UserAgent {
    const agent = { text, small: text.toLowerCase() }
    return {
      program: first(this.#programs, agent),
      system: first(this.#systems, agent),
      device: first(this.#devices, agent),
    }
  }

  #remember(text: string, found: UserAgent): void {
    if (this.#recent.size >= MAX_REMEMBERED / 2) {
      this.#older = this.#recent
      this.#recent = new Map()
    }
    this.#recent.set(text, found)
  }
}

function first(rules: readonly Rule[], agent: AgentText): Named | undefined {
  for (const rule of rules) {
    const found = rule(agent)
    if (found !== undefined) return found
  }
  return undefined
}

let ofUapCore: UserAgents | undefined

/** Those that uap-core knows, read once for all pipelines of a thread. */
export function knownUserAgents(): UserAgents {
  return (ofUapCore ??= new UserAgents(readRules()))
}

/** Those of a file of the same form. */
export function parseUserAgents(bytes: Buffer): UserAgents {
  return new UserAgents(parseRules(bytes))
}
