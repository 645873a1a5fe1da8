import { NotationFault } from '../document/notation-fault.ts'
import { OptionFault } from '../processor/option-fault.ts'

/** Names and indices from the top of what was written, such as `pipeline`, 3, `grok`, `patterns`, 0. */
export type FaultPath = readonly (string | number)[]

/** One thing that is wrong with a written pipeline. */
export interface PipelineFault {
  readonly path: FaultPath
  readonly message: string
  /** Where in the text at the path, from 1. */
  readonly column?: number
}

/** Collects all faults, so that an operator sees them at once. */
export class FaultList {
  readonly all: PipelineFault[] = []

  add(path: FaultPath, message: string, column?: number): void {
    this.all.push(column === undefined ? { path, message } : { path, message, column })
  }

  /** What a processor threw while it was compiled; `options` are as they were written. Other errors are thrown again. */
  addThrown(path: FaultPath, error: unknown, options: Readonly<Record<string, unknown>>): void {
    if (error instanceof OptionFault) return this.add([...path, ...partsOf(error.option)], error.message, error.column)
    if (!(error instanceof NotationFault)) throw error
    this.add([...path, ...(findText(options, error.text) ?? [])], error.message, error.column)
  }
}

/** `pipeline[3].grok.patterns[0]`, as paths of the configuration are written. */
export function formatFaultPath(path: FaultPath): string {
  const parts = path.map(part => {
    if (typeof part === 'number') return `[${part}]`
    return /^[\w@-]+$/u.test(part) ? `.${part}` : `.${JSON.stringify(part)}`
  })
  return parts.join('').replace(/^\./u, '')
}

function partsOf(option: string): FaultPath {
  if (option === '') return []
  return option.split('.').map(part => (/^\d+$/u.test(part) ? Number(part) : part))
}

/** The path of a value or a name that has this text. */
function findText(value: unknown, text: string): FaultPath | undefined {
  if (value === text) return []
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, member] of Object.entries(value)) {
    const key = Array.isArray(value) ? Number(name) : name
    if (key === text) return [key]
    const below = findText(member, text)
    if (below !== undefined) return [key, ...below]
  }
  return undefined
}
