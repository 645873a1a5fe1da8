import test from 'ava'
import { bankOf } from '../../../../src/pipeline/patterns/bank.ts'
import { GrokPattern } from '../../../../src/pipeline/patterns/grok-pattern.ts'

for (const ecs of ['disabled', 'v1'] as const)
  test(`every pattern of the bank ${ecs === 'v1' ? 'for the common schema ' : ''}compiles`, t => {
    const bank = bankOf(ecs)
    t.true(bank.size > 310)
    for (const name of bank.keys()) t.notThrows(() => new GrokPattern(`%{${name}}`, one => bank.get(one)), name)
  })

test('a field has a name in each of the two ways', t => {
  t.regex(bankOf('disabled').get('SYSLOGPROG') ?? '', /%\{PROG:program\}.*%\{POSINT:pid\}/)
  t.regex(bankOf('v1').get('SYSLOGPROG') ?? '', /%\{PROG:process\.name\}.*%\{POSINT:process\.pid:int\}/)
})

test('no name of both ways is left in the bank', t => {
  for (const ecs of ['disabled', 'v1'] as const)
    for (const [name, text] of bankOf(ecs)) t.notRegex(text, /%\{\w+:[^}]*\||\(\?<[\w.-]*\|/, name)
})
