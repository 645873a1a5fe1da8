import { DissectFault } from './dissect-fault.ts'

export type Modifier = 'none' | 'append' | 'skip' | 'fieldName' | 'fieldValue'

/** The part of a pattern between `%{` and `}`. */
export interface DissectKey {
  readonly name: string
  readonly modifier: Modifier
  /** The order among the values that are joined, as in `+name/2`; undefined: as they come. */
  readonly order: number | undefined
  /** `->`: the delimiter after it may be repeated. */
  readonly isPadded: boolean
}

const MODIFIERS: Readonly<Record<string, Modifier>> = {
  '+': 'append',
  '/': 'append',
  '?': 'skip',
  '*': 'fieldName',
  '&': 'fieldValue',
}

/** Reads `name`, `+name`, `+name/2`, `?name`, `*name`, `&name`, each with `->` or without, or nothing at all. */
export function readKey(text: string): DissectKey {
  const isPadded = text.endsWith('->')
  const body = isPadded ? text.slice(0, -2) : text
  const mark = /[+/?*&](?=[^+/?*&]*$)/u.exec(text)?.[0]
  const modifier = mark === undefined ? 'none' : (MODIFIERS[mark] as Modifier)
  if (mark === undefined) return { name: body, modifier: body === '' ? 'skip' : 'none', order: undefined, isPadded }
  const [, name, order] =
    mark === '/' ? (/\+(.*?)\/(\d+)$/u.exec(body) ?? []) : [text, afterMark(body, mark), undefined]
  if (name === undefined || (name === '' && modifier !== 'skip'))
    throw new DissectFault(`Unable to parse key: ${text} Reason: The key name could be determined`)
  return { name, modifier, order: order === undefined ? undefined : Number(order), isPadded }
}

function afterMark(body: string, mark: string): string | undefined {
  const at = body.indexOf(mark)
  return at === -1 ? undefined : body.slice(at + 1)
}
