import { findContainerFields } from './container-names.ts'
import { datasetOf } from './detect-format.ts'

/** Fields of a file whose lines have a format; `paths` are its path and, if that is a link, the file's. */
export function makeFormatFields(format: string, paths: readonly string[]): Readonly<Record<string, unknown>> {
  const dataset = datasetOf(format)
  const isContainer = format === 'cri' || format === 'docker'
  return { ...(isContainer && findContainerFields(paths)), ...(dataset !== undefined && { event: { dataset } }) }
}
