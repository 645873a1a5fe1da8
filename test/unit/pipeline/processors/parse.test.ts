import test from 'ava'
import type { Fields } from '../../../../src/pipeline/document/value.ts'
import { FORMATS } from '../../../../src/pipeline/formats/catalogue.ts'
import { compileParse } from '../../../helpers/programs/parse-log.ts'

for (const { name, examples } of FORMATS) {
  test(`each example of the format ${name} is parsed`, t => {
    const parse = compileParse(name, {})
    for (const message of examples) {
      const fields: Fields = { message }
      t.is(parse(fields), undefined, message)
      t.regex(JSON.stringify(fields), /"dataset":"/u)
      t.false(JSON.stringify(fields).includes('_parsed'))
    }
  })
}

const line = '203.0.113.7 - - [29/Nov/2026:21:24:45 +0000] "GET /shop?item=7 HTTP/1.1" 404 5 "-" "curl/8.5.0"'

test('a line of another form fails', t => {
  t.regex(compileParse('nginx', {})({ message: 'hello' }) ?? '', /does not look like the format \[nginx\]/u)
})

test('the line is kept if that is wanted', t => {
  const fields: Fields = { message: line }
  compileParse('nginx', { keep_original: true })(fields)
  t.like(fields, { message: line, event: { original: line, outcome: 'failure' } })
})

test('auto takes the format that an agent recognised, and otherwise that of the line', t => {
  const parse = compileParse('auto', {})
  const recognised: Fields = { message: line, log: { format: 'apache' } }
  const plain: Fields = { message: line }
  const unknown: Fields = { message: 'hello' }
  for (const fields of [recognised, plain, unknown]) t.is(parse(fields), undefined)
  t.like(recognised, { event: { dataset: 'apache.access' } })
  t.like(plain, { event: { dataset: 'nginx.access' } })
  t.deepEqual(unknown, { message: 'hello' })
})

test('with auto, a line that is not of the recognised format is one of its own, or stays as it is', t => {
  const parse = compileParse('auto', {})
  const log = { format: 'redis' }
  const other: Fields = { message: line, log: { ...log } }
  const unknown: Fields = { message: 'hello', log: { ...log } }
  for (const fields of [other, unknown]) t.is(parse(fields), undefined)
  t.like(other, { event: { dataset: 'nginx.access' } })
  t.deepEqual(unknown, { message: 'hello', log })
})

test('the zone of a time without one is that of the options', t => {
  const fields: Fields = { message: '812:M 29 Nov 2026 21:24:45.123 * Ready' }
  compileParse('redis', { timezone: 'Asia/Tokyo' })(fields)
  t.is(fields['@timestamp'], '2026-11-29T21:24:45.123+09:00')
})
