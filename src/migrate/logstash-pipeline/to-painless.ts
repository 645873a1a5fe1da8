import { toFieldName } from './field-names.ts'
import type { Condition, Operand } from './syntax-tree.ts'

const BOOLEAN = {
  and: (left: string, right: string) => `(${left} && ${right})`,
  or: (left: string, right: string) => `(${left} || ${right})`,
  xor: (left: string, right: string) => `((${left}) != (${right}))`,
  nand: (left: string, right: string) => `!(${left} && ${right})`,
}

/** A condition of Logstash as the `if` of a processor. A missing field is null, and a comparison with it is false. */
export function toPainless(condition: Condition): string {
  switch (condition.kind) {
    case 'not':
      return `!(${toPainless(condition.operand)})`
    case 'both':
      return BOOLEAN[condition.operator](toPainless(condition.left), toPainless(condition.right))
    case 'exists': {
      const field = toPath(condition.field)
      return `(${field} != null && ${field} != false)`
    }
    case 'compare':
      return compare(condition)
  }
}

/** A condition that is true where the field exists. */
export function existsCondition(field: string): string {
  return `${toPath(field)} != null`
}

function compare({ operator, left, right }: Extract<Condition, { kind: 'compare' }>): string {
  const [one, other] = [toOperand(left), toOperand(right)]
  if (operator === '=~' || operator === '!~') {
    const pattern = right.kind === 'pattern' ? right.pattern : right.kind === 'text' ? right.text : ''
    const finds = `(${one} instanceof String && ${one} =~ /${pattern.replaceAll(/(?<!\\)\//gu, String.raw`\/`)}/)`
    return operator === '=~' ? finds : `!${finds}`
  }
  if (operator === 'in') return isIn(left, right)
  if (operator === 'not in') return `!${isIn(left, right)}`
  return `(${one} ${operator} ${other})`
}

/** A text is in a text that has it, and any value is in a list that has it. */
function isIn(left: Operand, right: Operand): string {
  if (right.kind === 'list') {
    const one = toOperand(left)
    return right.items.length === 0
      ? '(false)'
      : `(${right.items.map(item => `${one} == ${toOperand(item)}`).join(' || ')})`
  }
  const whole = toOperand(right)
  return `(${whole} != null && ${whole}.contains(${toOperand(left)}))`
}

function toOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'field':
      return toPath(operand.field)
    case 'number':
      return String(operand.number)
    case 'text':
      return quote(operand.text)
    case 'pattern':
      return quote(operand.pattern)
    case 'list':
      return `[${operand.items.map(toOperand).join(', ')}]`
  }
}

function toPath(reference: string): string {
  const [first = '', ...rest] = toFieldName(reference).split('.')
  const head = /^[A-Za-z_]\w*$/u.test(first) ? `ctx.${first}` : `ctx[${quote(first)}]`
  return head + rest.map(name => (/^[A-Za-z_]\w*$/u.test(name) ? `?.${name}` : `?.get(${quote(name)})`)).join('')
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`
}
