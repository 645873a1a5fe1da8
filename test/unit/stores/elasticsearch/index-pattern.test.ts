import test from 'ava'
import { explainIndexPattern, parseIndexPattern } from '../../../../src/stores/elasticsearch/index/index-pattern.ts'
import { nameTarget } from '../../../../src/stores/elasticsearch/index/event-destination.ts'
import { templateName } from '../../../../src/stores/elasticsearch/index/index-template.ts'

// [pattern, time, name, wildcard]
const good: readonly (readonly [string, string, string, string])[] = [
  ['forwarder-%{+yyyy.MM.dd}', '2026-02-03T23:59:59.999Z', 'forwarder-2026.02.03', 'forwarder-*'],
  ['forwarder-%{+yyyy.MM.dd}', '2026-02-04T00:00:00.000Z', 'forwarder-2026.02.04', 'forwarder-*'],
  ['a-%{+xxxx.ww}', '2027-01-01T12:00:00Z', 'a-2026.53', 'a-*'],
  ['a-%{+xxxx.ww}', '2024-12-30T12:00:00Z', 'a-2025.01', 'a-*'],
  ['a-%{+HH}-b', '2026-01-01T07:00:00Z', 'a-07-b', 'a-*-b'],
  ['fixed', '2026-01-01T07:00:00Z', 'fixed', 'fixed'],
]

for (const [pattern, time, name, wildcard] of good) {
  test(`the index pattern ${pattern} names ${name} at ${time}`, t => {
    const naming = parseIndexPattern(pattern)
    t.is(naming.nameFor(Date.parse(time)), name)
    t.is(naming.nameFor(Date.parse(time)), name)
    t.is(naming.wildcard, wildcard)
    t.is(explainIndexPattern(pattern), undefined)
  })
}

const bad: readonly (readonly [string, RegExp])[] = [
  ['a-%{+yyyy.mm}', /"mm" is not a known part of a time; use yyyy/],
  ['a-%{+YYYY}', /"YYYY" is not a known/],
  ['a-%{host}', /%\{host\} is unknown/],
  ['a-%{+yyyy', /a %\{ has no closing \}/],
  ['a-%{+}', /has no time format/],
  ['Logs', /lower-case/],
  ['a b', /cannot contain " "/],
  ['-a', /cannot begin with/],
  ['..', /needs a name/],
  ['', /needs a name/],
  ['x'.repeat(256), /at most 255 bytes/],
]

for (const [pattern, message] of bad) {
  test(`the index pattern "${pattern.slice(0, 20)}" is refused with a reason`, t => {
    t.regex(explainIndexPattern(pattern) ?? '', message)
    t.throws(() => parseIndexPattern(pattern), { code: 'options' })
  })
}

test('a data stream with a time in its name is refused', t => {
  t.throws(() => nameTarget({ kind: 'dataStream', name: 'a-%{+yyyy}' }), { message: /fixed name/ })
  t.is(nameTarget({ kind: 'dataStream', name: 'logs-app-default' }).wildcard, 'logs-app-default')
})

test('collectors with different patterns have different templates', t => {
  t.deepEqual(['forwarder-*', 'app-*', 'logs-app-*'].map(templateName), [
    'forwarder',
    'forwarder-app',
    'forwarder-logs-app',
  ])
})
