import test from 'ava'
import { readRules, type WrittenRule } from '../../../../src/pipeline/user-agents/read-rules.ts'
import { UserAgents } from '../../../../src/pipeline/user-agents/user-agents.ts'
import { makeRandom } from '../../../helpers/pipeline/patterns/random.ts'
import { damage, textOf } from '../../../helpers/pipeline/patterns/texts-of.ts'

const rules = readRules()
const agents = new UserAgents(rules)

/** By the rules as they are written, one after the other. */
function nameBy(list: readonly WrittenRule[], text: string, key: string): string | undefined {
  for (const rule of list) {
    const match = new RegExp(rule['regex'] ?? '', rule['regex_flag']).exec(text)
    const replacement = rule[key]
    const name = match && (replacement === undefined ? match[1] : replacement.replace('$1', () => match[1] ?? '$1'))
    if (typeof name === 'string') return name
  }
  return undefined
}

test('a rule that is not tried for want of its text would not have matched', t => {
  const random = makeRandom(3)
  const some = [...rules.user_agent_parsers, ...rules.device_parsers].filter((_, i) => i % 23 === 0)
  for (const rule of some) {
    const text = textOf(rule['regex'] ?? '', random)
    for (const one of [text, damage(text, random), `Mozilla/5.0 (${text.toUpperCase()})`]) {
      const found = agents.identify(one)
      t.is(found.program?.name, nameBy(rules.user_agent_parsers, one, 'family_replacement'), one)
      t.is(found.system?.name, nameBy(rules.os_parsers, one, 'os_replacement'), one)
      t.is(found.device?.name, nameBy(rules.device_parsers, one, 'device_replacement'), one)
    }
  }
})

test('more names than are remembered are still known', t => {
  const few = new UserAgents({
    user_agent_parsers: [{ regex: String.raw`(x)/(\d+)` }],
    os_parsers: [],
    device_parsers: [],
  })
  for (let i = 0; i < 20_001; i++) t.is(few.identify(`x/${i}`).program?.version, String(i))
  t.is(few.identify('x/1').program?.version, '1')
})
