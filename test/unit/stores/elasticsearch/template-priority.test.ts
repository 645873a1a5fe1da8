import test from 'ava'
import { array, assert, constantFrom, property, string, tuple } from 'fast-check'
import { isOverlap, isWithin } from '../../../../src/flow/name-pattern.ts'
import { choosePriority } from '../../../../src/stores/elasticsearch/index/template-priority.ts'

for (const [pattern, others, expected] of [
  ['forwarder-*', [], 90],
  ['forwarder-*', [['logs-*-*', 100]], 90],
  ['logs-*', [['logs-*-*', 100]], 90],
  ['logs-app-*', [['logs-*-*', 100]], 101],
  [
    'logs-app-*',
    [
      ['logs-*-*', 100],
      ['logs-app-web-*', 150],
    ],
    101,
  ],
  [
    'filebeat-*',
    [
      ['filebeat-8.19.0', 150],
      ['filebeat-8.19.0-*', 60],
    ],
    59,
  ],
  ['app-*', [['*', 0]], 90],
  ['app-*', [['*', 300]], 90],
  ['app-*', [['app-*', 500]], 90],
  ['app-*', [['app-*', 5]], 4],
  ['app-*', [['*-web', 30]], 29],
  [
    'app-*',
    [
      ['*', 100],
      ['app-web', 101],
    ],
    99,
  ],
  ['app-*', [['app-*', 0]], 0],
] as const) {
  const listed = others.map(([name, priority]) => `${name} at ${priority}`).join(' and ')
  test(`beside ${listed || 'no other'}, the template for ${pattern} has priority ${expected}`, t => {
    const templates = others.map(([name, priority]) => ({ patterns: [name], priority }))
    t.is(choosePriority(pattern, templates), expected)
  })
}

const pattern = array(constantFrom('a', 'b', '-', '*'), { maxLength: 7 }).map(letters => letters.join(''))
const name = string({ unit: constantFrom('a', 'b', '-', 'c'), maxLength: 7 })
const toRegExp = (text: string) => new RegExp(`^${text.replaceAll('*', '.*')}$`)

test('a pattern that lies within another one matches none of the names that the other one does not', t => {
  assert(
    property(tuple(pattern, pattern, name), ([a, b, text]) => {
      return !isWithin(a, b) || !toRegExp(a).test(text) || toRegExp(b).test(text)
    }),
    { numRuns: 2000 },
  )
  t.true(isWithin('logs-app-*', 'logs-*-*'))
  t.false(isWithin('logs-*', 'logs-*-*'))
})

test('two patterns overlap if a name is matched by both, and such names overlap with nothing else', t => {
  assert(
    property(tuple(pattern, pattern, name), ([a, b, text]) => {
      const isBoth = toRegExp(a).test(text) && toRegExp(b).test(text)
      return (!isBoth || isOverlap(a, b)) && isOverlap(a, b) === isOverlap(b, a)
    }),
    { numRuns: 2000 },
  )
  t.true(isOverlap('app-*', '*-web'))
  t.false(isOverlap('app-*', 'web-*'))
})
