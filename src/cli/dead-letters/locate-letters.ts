import { join } from 'node:path'
import type { CommandInput } from '../program/command-contract.ts'
import { UsageError, textOption } from '../program/option-values.ts'

export interface LettersPlace {
  readonly path: string
  /** Of the collector that keeps them. */
  readonly stateDir: string
}

/** Throws a UsageError where the command line names no collector, or two. */
export async function locateLetters(input: CommandInput): Promise<LettersPlace> {
  const [config, dir] = [textOption(input, 'config'), textOption(input, 'state-dir')]
  if (config !== undefined && dir !== undefined) throw new UsageError('give either --config or --state-dir, not both')
  if (config !== undefined) return (await import('../../config/load.ts')).loadDeadLetterSettings(config)
  const [{ findDefaultStateDir, readProcessContext, toAbsolutePath }, { DEAD_LETTERS_NAME }] = await Promise.all([
    import('../../config/values/process-context.ts'),
    import('../../config/make-settings/collector-settings.ts'),
  ])
  const context = readProcessContext()
  const found = dir ?? findDefaultStateDir('collector', context)
  if (found === undefined)
    throw new UsageError("name the collector's configuration with --config, or its state directory with --state-dir")
  const stateDir = toAbsolutePath(found, context)
  return { stateDir, path: join(stateDir, DEAD_LETTERS_NAME) }
}
