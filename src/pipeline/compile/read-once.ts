import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { reasonOf } from '../../flow/error-reason.ts'
import { NotationFault } from '../document/notation-fault.ts'
import { OptionFault } from '../processor/option-fault.ts'
import type { CompileServices } from './compile-processors.ts'

/** Files as they are now, for a pipeline that is checked or tested. Relative paths begin in the directory. */
export function readOnce(directory: string, nowMs: () => number = Date.now): CompileServices {
  return {
    openFile: (path, parse) => ({ current: attempt(path, () => parse(readFileSync(resolve(directory, path)))) }),
    listDirectory: path =>
      attempt(path, () => readdirSync(resolve(directory, path)))
        .toSorted()
        .map(name => join(resolve(directory, path), name)),
    nowMs,
  }
}

/** The fault is that of the option in which the path is. */
function attempt<Result>(path: string, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    if (error instanceof OptionFault || error instanceof NotationFault) throw error
    throw new NotationFault(`cannot read ${path}: ${reasonOf(error)}`, path)
  }
}
