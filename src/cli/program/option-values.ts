import type { CommandInput, CommandOption } from './command-contract.ts'

export const CONFIG_OPTION: CommandOption = {
  flags: '--config <path>',
  help: 'configuration: a file, or a directory whose files are all read',
  isRequired: true,
}

/** The command line was used wrongly: a sentence and exit code 1. */
export class UsageError extends Error {
  readonly code = 'USAGE'

  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

export function textOption({ options }: CommandInput, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

export function requiredOption(input: CommandInput, name: string): string {
  const value = textOption(input, name)
  if (value === undefined) throw new UsageError(`--${name} is missing; forwarder --help shows examples`)
  return value
}

export function listOption({ options }: CommandInput, name: string): readonly string[] {
  const value = options[name]
  return Array.isArray(value) ? value : []
}

/** Inclusive. */
export interface CountBounds {
  readonly min: number
  readonly max: number
}

/** A whole number within bounds. Throws a UsageError for anything else. */
export function countOption(input: CommandInput, name: string, { min, max }: CountBounds): number | undefined {
  const text = textOption(input, name)
  if (text === undefined) return undefined
  const value = /^\d{1,15}$/u.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new UsageError(`--${name} takes a whole number from ${min} to ${max}, not "${text}"`)
}
