// Texts that every match contains, in order. A line without them is refused by `indexOf`, which is many times faster than
// an expression that tries every position, and stays linear on lines made to be slow.
import { type Alternative, type Element, parse, type Tree } from './oniguruma.ts'

export type RequiredTexts = readonly string[]

export function findRequiredTexts(ast: Tree): RequiredTexts {
  const runs = new Runs()
  if (ast.flags.ignoreCase) return []
  addAlternatives(ast.body, runs)
  return runs.end()
}

/** The longest text that every match of the expression contains; empty if there is none. */
export function longestRequiredText(expression: string): string {
  return findRequiredTexts(parse(expression)).reduce(
    (longest, one) => (one.length > longest.length ? one : longest),
    '',
  )
}

export function hasRequired(text: string, required: RequiredTexts): boolean {
  let at = 0
  for (const part of required) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return true
}

class Runs {
  readonly #texts: string[] = []
  #run = ''
  #isClosed = false

  add(character: string): void {
    if (!this.#isClosed) this.#run += character
  }

  /** Nothing that follows counts: a flag such as `(?i)` changes its meaning. */
  close(): void {
    this.cut()
    this.#isClosed = true
  }

  /** Something follows that is not always the same text. */
  cut(): void {
    if (this.#run !== '') this.#texts.push(this.#run)
    this.#run = ''
  }

  end(): RequiredTexts {
    this.cut()
    return this.#texts
  }
}

function addAlternatives(alternatives: readonly Alternative[], runs: Runs): void {
  const [only] = alternatives
  if (alternatives.length > 1 || only === undefined) return runs.cut()
  for (const element of only.body) addElement(element, runs)
}

function addElement(element: Element, runs: Runs): void {
  if (element.type === 'Character') return runs.add(String.fromCodePoint(element.value))
  if (element.type === 'CapturingGroup') return addAlternatives(element.body, runs)
  if (element.type === 'Group' && element.flags === undefined) return addAlternatives(element.body, runs)
  if (element.type === 'Assertion') return
  if (element.type === 'Directive') return runs.close()
  if (element.type === 'Quantifier' && element.min > 0) return addOnce(element.body, runs)
  runs.cut()
}

/** What is repeated is there once at least; what is before and after it need not touch that. */
function addOnce(element: Element, runs: Runs): void {
  runs.cut()
  addElement(element, runs)
  runs.cut()
}
