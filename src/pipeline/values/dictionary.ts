// Dictionaries of `translate`: from a key to a value, in the formats in which operators keep them.
import { type Value, isFields } from '../document/value.ts'
import { readYaml } from '../../yaml/read-yaml.ts'

export const DICTIONARY_FORMATS = ['csv', 'json', 'yaml', 'passwd'] as const

export type DictionaryFormat = (typeof DICTIONARY_FORMATS)[number]

export type Dictionary = ReadonlyMap<string, Value>

/** Throws an error with a sentence for a file that is not in the format. */
export function parseDictionary(format: DictionaryFormat, bytes: Buffer): Dictionary {
  const text = bytes.toString().replace(/^\uFEFF/u, '')
  if (format === 'passwd') return parsePasswd(text)
  if (format === 'csv') return parseCsv(text)
  return fromObject(format === 'json' ? JSON.parse(text) : parseYaml(text))
}

/** By the name of the file; undefined if the name has no ending that tells. */
export function formatOfName(path: string): DictionaryFormat | undefined {
  if (/(?:^|\/)(?:passwd|group)$/u.test(path)) return 'passwd'
  const ending = /\.(csv|json|ya?ml)$/iu.exec(path)?.[1]?.toLowerCase()
  return ending === 'yml' ? 'yaml' : DICTIONARY_FORMATS.find(format => format === ending)
}

function fromObject(data: unknown): Dictionary {
  if (!isFields(data as Value)) throw new Error('expected an object with a value for each key')
  return new Map(Object.entries(data as Record<string, Value>))
}

function parseYaml(text: string): unknown {
  const read = readYaml(text)
  if ('fault' in read) throw new Error(read.fault)
  return read.data
}

/** passwd(5) and group(5): the number is the key, and the name is the value. The first line of a number counts. */
function parsePasswd(text: string): Dictionary {
  const names = new Map<string, Value>()
  for (const line of text.split('\n')) {
    const [name = '', , id = ''] = line.split(':')
    if (/^\d+$/u.test(id) && name !== '' && !names.has(id)) names.set(id, name)
  }
  return names
}

/** Two columns, as RFC 4180 quotes them; empty lines are skipped. */
function parseCsv(text: string): Dictionary {
  const values = new Map<string, Value>()
  for (const [i, row] of text.split(/\r?\n/u).entries()) {
    if (row.trim() === '') continue
    const [key, value, ...others] = columnsOf(row)
    if (key === undefined || value === undefined || others.length > 0)
      throw new Error(`line ${i + 1} has not two columns`)
    values.set(key, value)
  }
  return values
}

function columnsOf(row: string): readonly string[] {
  const columns = row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/gu)
  return Array.from(columns, ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain)
}
