import test from 'ava'
import { redact } from '../../../../src/pipeline/processors/redact.ts'
import { runProcessor } from '../../../helpers/pipeline/run-processor.ts'

const isRedacted = test.macro({
  exec(t, patterns: readonly string[], text: string, expected: string) {
    t.is(runProcessor(redact, { field: 'a', patterns }, { a: text }).fields['a'], expected)
  },
  title: (_, patterns: readonly string[], text: string, expected: string) =>
    `${text} becomes ${expected} by ${patterns.join(' and ')}`,
})

test(isRedacted, ['%{EMAILADDRESS:EMAIL}'], 'from a@b.com to c@d.org', 'from <EMAIL> to <EMAIL>')
test(isRedacted, ['%{IP:client}'], '55.3.244.1 GET /', '<client> GET /')
test(isRedacted, ['%{EMAILADDRESS:EMAIL}', '%{IP:IP}'], 'a@b.com 1.2.3.4', '<EMAIL> <IP>')
test(isRedacted, ['%{NUMBER:N}', '%{IP:IP}'], 'at 10.0.0.1', 'at <IP>')
test(isRedacted, ['(?<CARD>\\d{4}-\\d{4})', '(?<TAIL>\\d{4})'], '1234-5678', '<CARD>')
test(isRedacted, ['(?<A>ab)', '(?<B>cde)'], 'abcde', '<B>')
test(isRedacted, ['(?<A>é+)'], 'caféé 😀é', 'caf<A> 😀<A>')
test(isRedacted, ['(?<A>x*)'], 'yxy', 'y<A>y')
test(isRedacted, ['%{IP:IP}'], 'nothing', 'nothing')

/** Of Elasticsearch's own tests and documentation. */
const CARDS = { patterns: ['%{EMAILADDRESS:EMAIL}', '%{IP:IP_ADDRESS}', '%{CREDIT_CARD:CREDIT_CARD}'] }
const PUBLISHED: readonly (readonly [definition: string, text: string, redacted: string])[] = [
  [String.raw`\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}`, 'This is ok nothing to redact', 'This is ok nothing to redact'],
  [
    String.raw`\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}`,
    'thisisanemail@address.com will be redacted thisisdifferent@address.com',
    '<EMAIL> will be redacted <EMAIL>',
  ],
  [
    String.raw`\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}`,
    '1001-1002-1003-1004 here is something that looks like a credit card number: 0001-0002-0003-0004',
    '<CREDIT_CARD> here is something that looks like a credit card number: <CREDIT_CARD>',
  ],
  [
    String.raw`\b(?:\d[ -]*?){13,16}\b`,
    '1001-1002-1003-1004 2001-1002-1003-1004 3001-1002-1003-1004 some 4001-1002-1003-1004 and lots more text here',
    '<CREDIT_CARD> <CREDIT_CARD> <CREDIT_CARD> some <CREDIT_CARD> and lots more text here',
  ],
]

test('texts are hidden as in the tests of Elasticsearch', t => {
  for (const [definition, text, redacted] of PUBLISHED) {
    const options = { field: 'a', ...CARDS, pattern_definitions: { CREDIT_CARD: definition } }
    t.is(runProcessor(redact, options, { a: text }).fields['a'], redacted)
  }
  const { fields } = runProcessor(
    redact,
    { field: 'a', patterns: ['%{IP:client}'] },
    { a: '55.3.244.1 GET /index.html 15824 0.043' },
  )
  t.is(fields['a'], '<client> GET /index.html 15824 0.043')
})

test('prefix, suffix and patterns of its own are used', t => {
  const options = { patterns: ['%{GITHUB:NAME}'], pattern_definitions: { GITHUB: '@%{USERNAME}' } }
  const { fields, event } = runProcessor(
    redact,
    { field: 'a', prefix: '*', suffix: '', trace_redact: true, ...options },
    {
      a: 'by @someone',
    },
  )
  t.is(fields['a'], 'by *NAME')
  t.deepEqual(event.ingest['_redact'], { _is_redacted: true })
})

test('a missing field and another type are faults', t => {
  const patterns = ['%{IP:IP}']
  t.is(runProcessor(redact, { field: 'a', patterns }, {}).fault, undefined)
  const strict = { field: 'a', patterns, ignore_missing: false }
  t.is(runProcessor(redact, strict, {}).fault, 'field [a] is null or missing')
  t.regex(runProcessor(redact, strict, { a: 1 }).fault ?? '', /java\.lang\.Integer/u)
})

test('patterns that cannot work are refused', t => {
  const message = /^Invalid regex pattern found in: \[%\{NONE:a\}\]/u
  t.throws(() => runProcessor(redact, { field: 'a', patterns: ['%{NONE:a}'] }, {}), { message })
  t.throws(() => runProcessor(redact, { field: 'a', patterns: ['%{IP}'] }, {}), { message: /has no name/u })
  t.throws(() => runProcessor(redact, { field: 'a', patterns: [] }, {}), { message: /must not be empty/u })
})
