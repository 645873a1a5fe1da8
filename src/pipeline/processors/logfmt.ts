import { FieldPath } from '../document/field-path.ts'
import { ProcessingFault } from '../document/processing-fault.ts'
import { readText } from '../document/read-text.ts'
import { type Fields, putMember } from '../document/value.ts'
import { defineProcessor } from '../processor/contract.ts'
import { flag, required, text } from '../processor/options.ts'

export const logfmt = defineProcessor({
  summary: 'Reads pairs such as `level=info msg="a text"`, with escapes in the quotes. Elasticsearch does not have it.',
  options: {
    field: required(text('The field with the text.')),
    target_field: text('The object for the pairs; the default is the top of the document.'),
    ignore_missing: flag('An event without the field passes unchanged.'),
  },
  compile({ field, target_field, ignore_missing }) {
    const source = new FieldPath(field)
    const target = target_field === undefined ? undefined : new FieldPath(target_field)
    return event => {
      const line = readText(source, event, ignore_missing)
      if (line === undefined) return
      const pairs = readPairs(line)
      if (target !== undefined) return target.write(event, pairs)
      for (const [name, value] of Object.entries(pairs)) putMember(event.fields, name, value)
      event.isChanged = true
    }
  },
})

/** A name alone is true. A value in quotes ends at a quote without a backslash, any other at white space. */
const PAIR = /\s*([^\s="]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s"]\S*|(?=\s|$))))?(?=\s|$)/suy

function readPairs(line: string): Fields {
  const pairs: Fields = {}
  let at = 0
  const end = line.trimEnd().length
  while (at < end) {
    PAIR.lastIndex = at
    const [whole, name = '', quoted, plain] = PAIR.exec(line) ?? []
    if (whole === undefined) throw new ProcessingFault(`not a pair of logfmt at character ${at + 1}`)
    putMember(pairs, name, quoted === undefined ? (plain ?? true) : unescaped(quoted))
    at += whole.length
  }
  return pairs
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
])

function unescaped(quoted: string): string {
  if (!quoted.includes('\\')) return quoted
  return quoted.replaceAll(/\\(?:u([0-9A-Fa-f]{4})|(.))/gsu, (_, code?: string, character = '') =>
    code === undefined ? (ESCAPES.get(character) ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  )
}
