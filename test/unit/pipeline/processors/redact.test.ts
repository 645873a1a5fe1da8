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
