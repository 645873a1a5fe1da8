import { parseDocument } from 'yaml'
import { reasonOf } from '../flow/reason.ts'

/** More aliases than any configuration has: what multiplies itself is refused. */
const MAX_ALIASES = 100

export type ReadYaml = { readonly data: unknown } | { readonly fault: string }

/** Plain data, as YAML 1.2 has it with anchors and merge keys; or the first thing that is wrong, with its line. */
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
