import { parseQuoted } from './quoted-text.ts'
import type { Scanner } from './scanner.ts'
import type { BooleanOperator, Comparison, Condition, Operand } from './syntax-tree.ts'

/** A list of one text is no field. */
const FIELD = /(?:\[[^[\],"'/]+\])+/uy
const PATTERN = /\/(?:[^/\\]|\\.)*\//suy
const COMPARISON = /==|!=|<=|>=|<|>|=~|!~|not\s+in\b|in\b/uy

/** `and` and `nand` bind stronger than `or` and `xor`; among equals from left to right. */
export function parseCondition(scanner: Scanner): Condition {
  return parseJoined(scanner, /(?:or|xor)\b/uy, () => parseJoined(scanner, /(?:and|nand)\b/uy, parseTerm))
}

function parseJoined(scanner: Scanner, operators: RegExp, parseOne: (scanner: Scanner) => Condition): Condition {
  let left = parseOne(scanner)
  for (;;) {
    const operator = scanner.take(operators) as BooleanOperator | undefined
    if (operator === undefined) return left
    left = { kind: 'both', operator, left, right: parseOne(scanner) }
  }
}

function parseTerm(scanner: Scanner): Condition {
  if (scanner.take(/!(?!=|~)/uy) !== undefined) return { kind: 'not', operand: parseTerm(scanner) }
  if (scanner.take(/\(/uy) !== undefined) {
    const inner = parseCondition(scanner)
    scanner.expect(/\)/uy, '")"')
    return inner
  }
  const left = parseOperand(scanner)
  const written = scanner.take(COMPARISON)
  if (written !== undefined) {
    const operator = written.replace(/\s+/u, ' ') as Comparison
    return { kind: 'compare', operator, left, right: parseOperand(scanner) }
  }
  if (left.kind === 'field') return { kind: 'exists', field: left.field }
  return scanner.fail('expected a comparison such as == or "in"')
}

function parseOperand(scanner: Scanner): Operand {
  const field = scanner.take(FIELD)
  if (field !== undefined) return { kind: 'field', field }
  const text = parseQuoted(scanner)
  if (text !== undefined) return { kind: 'text', text }
  const pattern = scanner.take(PATTERN)
  if (pattern !== undefined) return { kind: 'pattern', pattern: pattern.slice(1, -1) }
  const number = scanner.take(/-?\d+(?:\.\d+)?/uy)
  if (number !== undefined) return { kind: 'number', number: Number(number) }
  if (scanner.take(/\[/uy) !== undefined) return { kind: 'list', items: parseItems(scanner) }
  const word = scanner.expect(/[A-Za-z_]\w*/uy, 'a field in square brackets, text, a number or a pattern')
  return { kind: 'text', text: word }
}

function parseItems(scanner: Scanner): readonly Operand[] {
  const items: Operand[] = []
  while (scanner.take(/\]/uy) === undefined) {
    items.push(parseOperand(scanner))
    if (!scanner.sees(/\]/uy)) scanner.expect(/,/uy, '"," or "]"')
  }
  return items
}
