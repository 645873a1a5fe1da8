import { parseDocument } from 'yaml'
import { reasonOf } from '../flow/error-reason.ts'

/** Refuses a document that expands without bound; real configurations have fewer aliases. */
const MAX_ALIASES = 100

export type ReadYaml = { readonly data: unknown } | { readonly fault: string }

/** YAML 1.2 with anchors and merge keys as plain data, or the first fault, with its line. */
export function readYaml(text: string): ReadYaml {
  const document = parseDocument(text, { merge: true, prettyErrors: true, logLevel: 'silent' })
  const [fault] = document.errors
  if (fault !== undefined) return { fault: fault.message.split('\n', 1)[0] ?? fault.code }
  try {
    return { data: document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown }
  } catch (error) {
    return { fault: reasonOf(error) }
  }
}
