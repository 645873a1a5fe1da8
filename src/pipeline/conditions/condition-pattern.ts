// Patterns in conditions: `x =~ /p/` finds, `x ==~ /p/` matches the whole text, and so do Java's matchers.
import { NotationFault } from '../document/notation-fault.ts'
import type { PipelineEvent } from '../document/pipeline-event.ts'
import type { Value } from '../document/value.ts'
import { compileJavaPattern } from '../java/java-pattern.ts'
import { ConditionFault } from './condition-fault.ts'
import type { BinaryExpression, CallExpression, Expression, Literal } from './parse-painless.ts'

type Read = (event: PipelineEvent) => Value
type CompileRead = (node: Expression) => Read

/** The function of an expression with a pattern; undefined if it is another expression. */
export function compilePattern(node: BinaryExpression | CallExpression, compileRead: CompileRead): Read | undefined {
  if (node.type === 'CallExpression') return compileMatcher(node, compileRead)
  const operator: string = node.operator
  if (operator !== '=~' && operator !== '==~') return undefined
  const { right } = node
  const { regex } = right as Literal
  if (regex === undefined) throw new ConditionFault(`"${operator}" needs a pattern such as /x/`, right.start + 1)
  const pattern = makePattern(right as Literal, operator === '==~')
  return test(pattern, compileRead(node.left as Expression))
}

/** `/p/.matcher(ctx.a).find()`, or `.matches()`. */
function compileMatcher(node: CallExpression, compileRead: CompileRead): Read | undefined {
  const outer = methodOf(node)
  const inner = outer === undefined ? undefined : methodOf(outer.object)
  const pattern = inner?.object as Literal | undefined
  if (outer === undefined || inner === undefined || pattern?.regex === undefined) return undefined
  const [text] = inner.args
  const isWhole = outer.name === 'matches'
  if (inner.name !== 'matcher' || text === undefined || !(isWhole || outer.name === 'find')) return undefined
  return test(makePattern(pattern, isWhole), compileRead(text as Expression))
}

interface MethodCall {
  readonly object: Expression
  readonly name: string
  readonly args: CallExpression['arguments']
}

function methodOf(node: Expression): MethodCall | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined
  const { object, property } = node.callee
  if (property.type !== 'Identifier') return undefined
  return { object: object as Expression, name: property.name, args: node.arguments }
}

function test(pattern: RegExp, read: Read): Read {
  return event => {
    const value = read(event)
    return typeof value === 'string' && pattern.test(value)
  }
}

function makePattern({ regex, start }: Literal, isWhole: boolean): RegExp {
  const { pattern, flags } = regex as { readonly pattern: string; readonly flags: string }
  // `u` is about letters without case in ASCII: they are compared as in Unicode here.
  const unknown = /[^imsxu]/u.exec(flags)?.[0]
  if (unknown !== undefined) throw new ConditionFault(`the flag "${unknown}" of a pattern cannot be used`, start + 1)
  try {
    const { regexp } = compileJavaPattern(pattern, { flags: flags.replaceAll('u', ''), isWhole })
    return new RegExp(regexp.source, regexp.flags.replace('g', ''))
  } catch (error) {
    if (error instanceof NotationFault) throw new ConditionFault(error.message, start + 1 + error.column)
    throw error
  }
}
