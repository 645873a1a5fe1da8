// The expressions of Painless that are also JavaScript's, read by acorn, which knows where each of them is.
import type * as acorn from 'acorn'
import { Parser, TokenType, tokTypes } from 'acorn'
import { ConditionFault } from './condition-fault.ts'

export type Node = acorn.Node
export type Expression = acorn.Expression
export type ArrayExpression = acorn.ArrayExpression
export type BinaryExpression = acorn.BinaryExpression
export type CallExpression = acorn.CallExpression
export type Literal = acorn.Literal
export type MemberExpression = acorn.MemberExpression
export type UnaryExpression = acorn.UnaryExpression

/** Far more than any condition has; protects the stack of the parser. */
const MAX_CHARACTERS = 10_000

const EQUALS = 0x3d
const TILDE = 0x7e
const QUESTION = 0x3f
const COLON = 0x3a
const DOT = 0x2e
/** Tighter than a comparison. */
const PATTERN_PRECEDENCE = 8.5
/** Looser than `||`. */
const ELVIS_PRECEDENCE = 0.5
const NUMBER_WITH_SUFFIX = /(?:0[xX][\da-fA-F]+(?=[lL])|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[lLfFdD](?![\w$])/y

/** The constructor, which acorn's types hide. */
const Operator = TokenType as unknown as new (label: string, rules: { binop: number; beforeExpr: true }) => TokenType

const FINDS = new Operator('=~', { binop: PATTERN_PRECEDENCE, beforeExpr: true })
const MATCHES = new Operator('==~', { binop: PATTERN_PRECEDENCE, beforeExpr: true })
const ELVIS = new Operator('?:', { binop: ELVIS_PRECEDENCE, beforeExpr: true })

/** The parts of acorn's tokenizer that a plugin uses; its types do not show them. */
interface Tokenizer {
  pos: number
  readonly input: string
  finishOp(type: TokenType, size: number): void
  finishToken(type: TokenType, value: unknown): void
}

/** Painless has three operators that JavaScript does not have, and letters behind numbers (`1000L`). */
function addPainless(base: typeof Parser): typeof Parser {
  const plain = base.prototype as unknown as { readToken(code: number): void }
  const extended = class extends base {}
  Object.assign(extended.prototype, {
    // Patterns are Java's, and compiled by others.
    validateRegExpFlags(): void {},
    validateRegExpPattern(): void {},
    readToken(this: Tokenizer, code: number): void {
      const operator = operatorAt(this.input, this.pos, code)
      if (operator !== undefined) return this.finishOp(operator, operator.label.length)
      const number = isDigit(code) || code === DOT ? numberAt(this.input, this.pos) : undefined
      if (number === undefined) return plain.readToken.call(this, code)
      this.pos += number.length
      this.finishToken(tokTypes.num, number.slice(0, -1))
    },
  })
  return extended
}

function operatorAt(input: string, at: number, code: number): TokenType | undefined {
  if (code === QUESTION) return input.charCodeAt(at + 1) === COLON ? ELVIS : undefined
  if (code !== EQUALS) return undefined
  if (input.charCodeAt(at + 1) === TILDE) return FINDS
  return input.charCodeAt(at + 1) === EQUALS && input.charCodeAt(at + 2) === TILDE ? MATCHES : undefined
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function numberAt(input: string, at: number): string | undefined {
  NUMBER_WITH_SUFFIX.lastIndex = at
  return NUMBER_WITH_SUFFIX.exec(input)?.[0]
}

const PainlessParser = Parser.extend(addPainless)
const EXAMPLE = "a condition is one expression, such as ctx.a?.b == 'x'"

/** One expression; a semicolon may be behind it. Throws a ConditionFault. */
export function parsePainless(text: string): Expression {
  if (text.length > MAX_CHARACTERS)
    throw new ConditionFault(`the condition is longer than ${MAX_CHARACTERS} characters`, MAX_CHARACTERS)
  const [statement, second] = parseStatements(text)
  if (statement === undefined) throw new ConditionFault(`the condition is empty: ${EXAMPLE}`, 1)
  if (statement.type !== 'ExpressionStatement') throw refuseStatement(text, statement.start)
  if (second !== undefined) throw refuseStatement(text, second.start)
  return statement.expression
}

function parseStatements(text: string): acorn.Program['body'] {
  try {
    return PainlessParser.parse(text, { ecmaVersion: 'latest', allowReturnOutsideFunction: true }).body
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw explainSyntax(error, text)
  }
}

function explainSyntax(error: SyntaxError & { readonly pos?: number }, text: string): ConditionFault {
  const declaration = /(?:^|[;{(])\s*(?:def|String|int|long|boolean|List|Map|Collection)\s+[A-Za-z_]\w*\s*[=;:]/u.exec(
    text,
  )
  if (declaration !== null)
    return refuseStatement(text, declaration.index + /^[;{(]?\s*/u.exec(declaration[0])![0].length)
  const at = error.pos ?? 0
  const reason = error.message.replace(/ \(\d+:\d+\)$/u, '')
  return new ConditionFault(reason === 'Unexpected token' ? explainToken(text, at) : lowerFirst(reason), at + 1)
}

/** Words of other languages. */
const OPERATORS: Readonly<Record<string, string>> = { and: '&&', or: '||', not: '!' }

function explainToken(text: string, at: number): string {
  const found = /^(?:[\p{L}\p{N}_$]+|.)/u.exec(text.slice(at))?.[0]
  if (found === undefined) return `the condition ends too early: ${EXAMPLE}`
  const operator = Object.hasOwn(OPERATORS, found) ? OPERATORS[found] : undefined
  return `unexpected "${found}"${operator === undefined ? '' : `: did you mean "${operator}"?`}`
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function refuseStatement(text: string, at: number): ConditionFault {
  const word = /^[\p{L}_$]+|^./u.exec(text.slice(at))?.[0] ?? ''
  return new ConditionFault(`${EXAMPLE}: "${word}" begins a statement`, at + 1)
}
