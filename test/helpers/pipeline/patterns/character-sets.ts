import type { ClassMember, Element } from '../../../../src/pipeline/patterns/oniguruma.ts'

/** Characters that logs have, and some that patterns may forget. */
export const POOL = [...Array.from({ length: 95 }, (_, i) => String.fromCodePoint(32 + i)), '\t', '\n', 'ä']

type Node = Element | ClassMember

const SETS: Readonly<Record<string, RegExp>> = {
  dot: /[^\n]/u,
  any: /[^]/u,
  digit: /[0-9]/u,
  word: /[0-9A-Za-z_]/u,
  space: /[\t-\r ]/u,
  hex: /[0-9A-Fa-f]/u,
  newline: /\n/u,
  'non-newline': /[^\n]/u,
  alnum: /[\p{L}\p{N}]/u,
  alpha: /\p{L}/u,
  punct: /[!-/:-@[-`{-~]/u,
}

/** Whether a class, or a set such as `\d`, has the character. */
export function hasCharacter(node: Node, character: string): boolean {
  if (node.type === 'Character') return node.value === character.codePointAt(0)
  if (node.type === 'CharacterClassRange') {
    const code = character.codePointAt(0) as number
    return node.min.value <= code && code <= node.max.value
  }
  if (node.type === 'CharacterClass') {
    const isInside = node.body.some(member => hasCharacter(member, character))
    return isInside !== node.negate
  }
  if (node.type !== 'CharacterSet') throw new Error(`${node.type} is not a set of characters`)
  const set = SETS[node.value ?? node.kind]
  if (set === undefined) throw new Error(`the set ${node.value ?? node.kind} is not known`)
  return set.test(character) !== (node.negate ?? false)
}
