// Conditions (`if`): the expressions of Painless, as functions. A missing field is null, and nothing throws.
import type { PipelineEvent } from '../document/pipeline-event.ts'
import { Double, type Value, isFields, isNumeric, memberOf } from '../document/value.ts'
import { findNearest } from '../../flow/nearest-word.ts'
import { CONDITION_FUNCTIONS, CONDITION_METHODS } from './condition-methods.ts'
import { CONDITION_TYPES } from './condition-types.ts'
import { type Arithmetic, calculate, compareNumbers, indexOf, isEqual } from './condition-values.ts'
import { ConditionFault } from './condition-fault.ts'
import { compilePattern } from './condition-pattern.ts'
import { isDeeperThan } from './expression-depth.ts'
import {
  type ArrayExpression,
  type BinaryExpression,
  type CallExpression,
  type Expression,
  type Literal,
  type MemberExpression,
  type Node,
  type UnaryExpression,
  parsePainless,
} from './parse-painless.ts'

export type Condition = (event: PipelineEvent) => boolean
type Read = (event: PipelineEvent) => Value

/** A condition runs with about three calls a level: this protects the stack of the thread, which is small. */
const MAX_DEPTH = 500

/** Throws a ConditionFault for anything outside the grammar of docs/pipeline.md. */
export function compileCondition(text: string): Condition {
  const expression = parsePainless(text)
  if (isDeeperThan(expression, MAX_DEPTH)) throw new ConditionFault('the condition is nested too deep', 1)
  return compileTest(expression)
}

/** Anything that is not true counts as false. */
function compileTest(node: Expression): Condition {
  if (node.type === 'LogicalExpression' && node.operator !== '??') {
    const [left, right] = [compileTest(node.left), compileTest(node.right)]
    if (node.operator === '&&') return event => left(event) && right(event)
    return event => left(event) || right(event)
  }
  if (node.type === 'UnaryExpression' && node.operator === '!') {
    const test = compileTest(node.argument)
    return event => !test(event)
  }
  if (node.type === 'BinaryExpression') return compileComparison(node) ?? isTrue(compileArithmetic(node))
  return isTrue(compileRead(node))
}

function isTrue(read: Read): Condition {
  return event => read(event) === true
}

type AnyNode = Expression | MemberExpression['object'] | CallExpression['arguments'][number]

function compileRead(node: AnyNode): Read {
  if (node.type === 'Literal') return constant(readLiteral(node))
  if (node.type === 'MemberExpression') return compileMember(node)
  if (node.type === 'ChainExpression') return compileRead(node.expression)
  if (node.type === 'CallExpression') return compileCall(node)
  if (node.type === 'UnaryExpression') return compileUnary(node)
  if (node.type === 'ArrayExpression') return compileList(node)
  if (node.type === 'BinaryExpression') return compileComparison(node) ?? compileArithmetic(node)
  return compileRarer(node)
}

function compileRarer(node: AnyNode): Read {
  if (node.type === 'Identifier') {
    if (node.name === 'ctx') return event => event.fields
    throw refuse(node, `unknown name "${node.name}": fields of the event are ctx.${node.name}`)
  }
  if (node.type === 'LogicalExpression') {
    if (node.operator === '??') throw refuse(node, '"??" is not an operator of Painless: use "?:"')
    return compileTest(node)
  }
  if (node.type !== 'ConditionalExpression') throw refuse(node, `${describe(node)} cannot be used in a condition`)
  const [test, yes, no] = [compileTest(node.test), compileRead(node.consequent), compileRead(node.alternate)]
  return event => (test(event) ? yes(event) : no(event))
}

function constant(value: Value): Read {
  return () => value
}

function readLiteral(node: Literal): Value {
  const { value, raw = '' } = node
  if (typeof value === 'string' && /^['"]/u.test(raw)) return value
  if (value === null || typeof value === 'boolean') return value
  if (node.regex !== undefined) throw refuse(node, 'a pattern is used as in ctx.a =~ /x/ or ctx.a ==~ /x/')
  return readNumber(node, raw)
}

function readNumber(node: Node, raw: string): Value {
  const whole = /^(0[xX][\dA-Fa-f]+|\d+)[lL]?$/u.exec(raw)?.[1]
  if (whole !== undefined) return Number.isSafeInteger(Number(whole)) ? Number(whole) : BigInt(whole)
  const value = Number(raw.replace(/[lLfFdD]$/u, ''))
  if (Number.isNaN(value)) throw refuse(node, `${raw} is not a number of Painless`)
  return Number.isInteger(value) ? new Double(value) : value
}

function compileMember(node: MemberExpression): Read {
  const { property } = node
  if (property.type === 'PrivateIdentifier') throw refuse(property, `#${property.name} is not a name of a field`)
  const name = node.computed ? undefined : (property as { readonly name: string }).name
  const key = name === undefined ? compileRead(property) : constant(name)
  if (node.object.type === 'Identifier' && node.object.name === 'ctx') return compileField(name, key)
  const object = compileRead(node.object)
  if (name === undefined) return event => childOf(object(event), key(event))
  return event => childOf(object(event), name)
}

/** A field at the top; metadata comes first, as in Elasticsearch. `_ingest` is not in its `ctx`. */
function compileField(name: string | undefined, key: Read): Read {
  const isPlain = name !== undefined && !name.startsWith('_')
  if (isPlain) return event => memberOf(event.fields, name) ?? null
  return event => {
    const field = key(event)
    if (typeof field !== 'string') return null
    return (field === '_ingest' ? undefined : event.metadata(field)) ?? memberOf(event.fields, field) ?? null
  }
}

function childOf(parent: Value, key: Value): Value {
  if (typeof key === 'string') {
    if (isFields(parent)) return memberOf(parent, key) ?? null
    return Array.isArray(parent) && key === 'length' ? parent.length : null
  }
  const index = indexOf(key)
  return (Array.isArray(parent) && index !== undefined ? parent.at(index) : null) ?? null
}

function compileCall(node: CallExpression): Read {
  const known = compilePattern(node, compileRead) ?? compileFunction(node)
  if (known !== undefined) return known
  const { callee } = node
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier')
    throw refuse(node, 'only methods of values can be called, such as ctx.a.contains("x")')
  const { name } = callee.property
  const method = CONDITION_METHODS.get(name)
  if (method === undefined)
    throw refuse(callee.property, `unknown method "${name}": ${hintFor(name, CONDITION_METHODS)}`)
  const [fewest, most] = method.arity
  if (node.arguments.length < fewest || node.arguments.length > most)
    throw refuse(callee.property, `"${name}" has ${fewest === most ? fewest : `${fewest} to ${most}`} arguments`)
  const receiver = compileRead(callee.object)
  const args = node.arguments.map(compileRead)
  return event =>
    method.call(
      receiver(event),
      args.map(arg => arg(event)),
    )
}

/** `String.valueOf(…)` and its like. */
function compileFunction({ callee, arguments: args }: CallExpression): Read | undefined {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier' || callee.object.name === 'ctx')
    return undefined
  const { property } = callee
  const name = `${callee.object.name}.${property.type === 'Identifier' ? property.name : ''}`
  const call = CONDITION_FUNCTIONS.get(name)
  if (call === undefined) throw refuse(callee, `unknown function "${name}": ${hintFor(name, CONDITION_FUNCTIONS)}`)
  const [first] = args
  if (first === undefined || args.length > 1) throw refuse(callee, `"${name}" has 1 argument`)
  const read = compileRead(first)
  return event => call(read(event))
}

function compileUnary(node: UnaryExpression): Read {
  if (node.operator === '!') return compileTest(node)
  if (node.operator !== '-' && node.operator !== '+')
    throw refuse(node, `"${node.operator}" cannot be used in a condition`)
  const read = compileRead(node.argument)
  if (node.operator === '+') return event => asNumber(read(event))
  return event => calculate('-', 0, asNumber(read(event)))
}

function asNumber(value: Value): Value {
  return isNumeric(value) ? value : null
}

/** Undefined if the operator does not give true or false. */
function compileComparison(node: BinaryExpression): Condition | undefined {
  // acorn's types do not know the operators that the parser adds.
  const operator: string = node.operator
  if (operator === 'instanceof') return compileInstanceof(node)
  const pattern = compilePattern(node, compileRead)
  if (pattern !== undefined) return event => pattern(event) === true
  if (operator === '===' || operator === '!==') checkIdentity(node)
  const test = COMPARISONS.get(operator)
  if (test === undefined) return undefined
  const [left, right] = [compileRead(node.left as Expression), compileRead(node.right)]
  return event => test(left(event), right(event))
}

/** Compares references in Painless: two equal texts may be different. */
function checkIdentity(node: BinaryExpression): void {
  if (!isSingle(node.left) && !isSingle(node.right))
    throw refuse(node, `"${node.operator}" compares references: use "${node.operator.slice(0, 2)}"`)
}

function isSingle(side: Node): boolean {
  return /^(?:null|true|false)$/u.test((side as Literal).raw ?? '')
}

const COMPARISONS: ReadonlyMap<string, (left: Value, right: Value) => boolean> = new Map([
  ['==', isEqual],
  ['===', isEqual],
  ['!=', (left, right) => !isEqual(left, right)],
  ['!==', (left, right) => !isEqual(left, right)],
  ['<', (left, right) => compareNumbers(left, right) < 0],
  ['<=', (left, right) => compareNumbers(left, right) <= 0],
  ['>', (left, right) => compareNumbers(left, right) > 0],
  ['>=', (left, right) => compareNumbers(left, right) >= 0],
])

function compileInstanceof({ left, right }: BinaryExpression): Condition {
  const name = right.type === 'Identifier' ? right.name : ''
  const test = CONDITION_TYPES.get(name)
  if (test === undefined) throw refuse(right, `unknown type "${name}": ${hintFor(name, CONDITION_TYPES)}`)
  const read = compileRead(left as Expression)
  return event => test(read(event))
}

function compileArithmetic(node: BinaryExpression): Read {
  const operator: string = node.operator
  const [left, right] = [compileRead(node.left as Expression), compileRead(node.right)]
  if (operator === '?:') return event => left(event) ?? right(event)
  if (!/^[-+*/%]$/u.test(operator)) throw refuse(node, `"${operator}" cannot be used in a condition`)
  return event => calculate(operator as Arithmetic, left(event), right(event))
}

function compileList({ elements }: ArrayExpression): Read {
  const reads = elements.map(element => (element === null ? constant(null) : compileRead(element)))
  if (elements.every(element => element?.type === 'Literal')) return constant(reads.map(read => read(NO_EVENT)))
  return event => reads.map(read => read(event))
}

/** Literals do not read it. */
const NO_EVENT = {} as PipelineEvent

function hintFor(name: string, known: ReadonlyMap<string, unknown>): string {
  const nearest = findNearest(name, [...known.keys()])
  return nearest === undefined ? `there are ${[...known.keys()].join(', ')}` : `did you mean "${nearest}"?`
}

function refuse(node: Node, message: string): ConditionFault {
  return new ConditionFault(message, node.start + 1)
}

function describe(node: Node): string {
  return DESCRIPTIONS.get(node.type) ?? node.type
}

const DESCRIPTIONS: ReadonlyMap<string, string> = new Map([
  ['AssignmentExpression', 'an assignment (comparisons have "==")'],
  ['UpdateExpression', 'an assignment'],
  ['ArrowFunctionExpression', 'a function'],
  ['FunctionExpression', 'a function'],
  ['NewExpression', '"new"'],
  ['ThisExpression', '"this"'],
  ['ObjectExpression', 'a map'],
  ['SequenceExpression', 'a comma'],
  ['TemplateLiteral', 'a text with `'],
  ['SpreadElement', '"..."'],
])
