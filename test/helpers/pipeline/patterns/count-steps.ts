// A matcher that goes back as V8's does, and counts: how much work a pattern is shows without a clock.
import { type Alternative, type Element, parse } from '../../../../src/pipeline/patterns/oniguruma.ts'
import { hasCharacter } from './character-sets.ts'

/** The steps of one attempt at the start of the text; at most `limit`. */
export function countSteps(expression: string, text: string, limit: number): number {
  const walk = new Walk(Array.from(text), limit)
  try {
    walk.alternatives(parse(expression).body, 0, () => true)
  } catch (error) {
    if (error !== TOO_MANY) throw error
  }
  return walk.steps
}

const TOO_MANY = new Error('more steps than the limit')

/** What comes after: whether the rest matches from there. */
type Rest = (at: number) => boolean

type Of<Type extends Element['type']> = Extract<Element, { type: Type }>

class Walk {
  steps = 0
  readonly #text: readonly string[]
  readonly #limit: number

  constructor(text: readonly string[], limit: number) {
    this.#text = text
    this.#limit = limit
  }

  alternatives(list: readonly Alternative[], at: number, rest: Rest): boolean {
    return list.some(({ body }) => this.#sequence(body, 0, rest)(at))
  }

  #sequence(elements: readonly Element[], from: number, rest: Rest): Rest {
    const element = elements[from]
    if (element === undefined) return rest
    return at => this.#element(element, at, this.#sequence(elements, from + 1, rest))
  }

  #element(element: Element, at: number, rest: Rest): boolean {
    this.steps += 1
    if (this.steps > this.#limit) throw TOO_MANY
    if (element.type === 'CapturingGroup') return this.alternatives(element.body, at, rest)
    if (element.type === 'Group') return this.#group(element, at, rest)
    if (element.type === 'Quantifier') return this.#quantifier(element, at, rest)
    if (element.type === 'LookaroundAssertion') return this.#look(element, at) && rest(at)
    if (element.type === 'Assertion') return this.#assertion(element, at) && rest(at)
    if (element.type === 'Directive') return rest(at)
    return this.#isOne(element, at) && rest(at + 1)
  }

  #isOne(element: Element, at: number): boolean {
    const character = this.#text[at]
    return character !== undefined && hasCharacter(element, character)
  }

  #group(group: Of<'Group'>, at: number, rest: Rest): boolean {
    if (group.atomic !== true) return this.alternatives(group.body, at, rest)
    let end = -1
    this.alternatives(group.body, at, found => {
      end = found
      return true
    })
    return end !== -1 && rest(end)
  }

  #quantifier(quantifier: Of<'Quantifier'>, at: number, rest: Rest): boolean {
    const { body, kind, max } = quantifier
    const isSimple = ['Character', 'CharacterClass', 'CharacterSet'].includes(body.type)
    if (isSimple && kind !== 'lazy') return this.#greedyRun(quantifier, at, rest)
    const again = (from: number, times: number): boolean => {
      const more = (): boolean =>
        times < max && this.#element(body, from, to => (to > from || times < quantifier.min) && again(to, times + 1))
      if (times < quantifier.min) return more()
      return kind === 'lazy' ? rest(from) || more() : more() || rest(from)
    }
    return again(at, 0)
  }

  #greedyRun({ body, min, max }: Of<'Quantifier'>, at: number, rest: Rest): boolean {
    let end = at
    while (end - at < max && this.#isOne(body, end)) end += 1
    this.steps += end - at
    for (; end >= at + min; end--) {
      this.steps += 1
      if (rest(end)) return true
    }
    return false
  }

  #look({ kind, negate, body }: Of<'LookaroundAssertion'>, at: number): boolean {
    if (kind === 'lookahead') return this.alternatives(body, at, () => true) !== negate
    const starts = [at, at - 1, at - 2].filter(start => start >= 0)
    return starts.some(start => this.alternatives(body, start, end => end === at)) !== negate
  }

  #assertion({ kind, negate }: Of<'Assertion'>, at: number): boolean {
    const [before, after] = [this.#text[at - 1], this.#text[at]]
    if (kind === 'word_boundary') return (isWord(before) !== isWord(after)) !== (negate ?? false)
    if (kind === 'line_start') return before === undefined || before === '\n'
    if (kind === 'line_end') return after === undefined || after === '\n'
    return kind === 'string_start' ? before === undefined : after === undefined
  }
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{M}\p{N}\p{Pc}]/u.test(character)
}
