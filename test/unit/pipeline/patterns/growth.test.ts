// Steps are counted, not time: twice the text must not be many times the work.
import test from 'ava'
import { bankOf } from '../../../../src/pipeline/patterns/bank.ts'
import { expand } from '../../../../src/pipeline/patterns/expand.ts'
import { countSteps } from '../../../helpers/pipeline/patterns/count-steps.ts'
import { makeRandom } from '../../../helpers/pipeline/patterns/random.ts'
import { sampleOf } from '../../../helpers/suite/sample.ts'
import { damage, type Random, textOf } from '../../../helpers/pipeline/patterns/texts-of.ts'

const ATTEMPTS = 12
const PARTS = 10
const MAX_STEPS = 1_000_000
/** Above this the work grows faster than the square of the length. */
const SQUARE = 2.3

// Their language has several free texts in a row, each of which may hold what ends the one before. A line with all the
// literal texts, many times over, is needed to be slow: others are refused before.
const MANY_FREE_TEXTS: ReadonlySet<string> = new Set([
  'CISCOFW106023',
  'EXIM',
  'EXIM_MESSAGE_ARRIVAL',
  'RT_FLOW1',
  'SFW2',
  'SHOREWALL',
])

for (const ecs of ['disabled', 'v1'] as const)
  test(`the work of a pattern grows with the square of the text at most, with fields ${ecs === 'v1' ? 'of the common schema' : 'as at first'}`, t => {
    const bank = bankOf(ecs)
    const steep: string[] = []
    for (const name of chooseFrom([...bank.keys()])) {
      if (MANY_FREE_TEXTS.has(name)) continue
      const { expression } = expand(`%{${name}}$`, one => bank.get(one))
      if (steepnessOf(expression, makeRandom(7)) > SQUARE) steep.push(name)
    }
    t.deepEqual(steep, [])
  })

/** Some of them by the seed, or all. */
function chooseFrom(names: readonly string[]): readonly string[] {
  return sampleOf(Array.from({ length: PARTS }, (_, part) => names.filter((_name, i) => i % PARTS === part)))
}

/** The power of the length with which the steps of one attempt grow, at worst, in texts of which a part is repeated. */
function steepnessOf(expression: string, random: Random): number {
  const powers = Array.from({ length: ATTEMPTS }, () => {
    const pumped = makePumped(expression, random)
    const [a = 0, b = 0, c = 0] = [10, 20, 40].map(times => countSteps(expression, pumped(times), MAX_STEPS))
    if (b === MAX_STEPS) return Infinity
    return c < 2000 ? 0 : Math.log2((c - b) / Math.max(1, b - a))
  })
  return Math.max(...powers)
}

function makePumped(expression: string, random: Random): (times: number) => string {
  const text = textOf(expression, random)
  const from = Math.floor(random() * text.length)
  const part = text.slice(from, from + 1 + Math.floor(random() * random() * 20))
  const end = damage(text.slice(from), random) + (random() < 0.5 ? '\0' : '')
  return times => text.slice(0, from) + part.repeat(times) + end
}

test('the counter finds exponential, cubic and linear work', t => {
  const texts = [10, 20, 40].map(times => `${'a'.repeat(times)}!`)
  t.true(countSteps('(?:a+)+$', texts[1] ?? '', MAX_STEPS) > 500_000)
  const [a = 0, b = 0, c = 0] = texts.map(text => countSteps('a*a*a*$', text, MAX_STEPS))
  t.true(Math.log2((c - b) / (b - a)) > 2.5)
  t.true(countSteps('(?>a+)+$', texts[2] ?? '', MAX_STEPS) < 200)
})
