import test from 'ava'
import { registered_domain } from '../../../../src/pipeline/processors/registered_domain.ts'
import type { Fields } from '../../../../src/pipeline/document/value.ts'
import { runProcessor } from '../../../helpers/pipeline/run-processor.ts'

function run(name: string, options: Readonly<Record<string, unknown>> = {}) {
  return runProcessor(registered_domain, { field: 'fqdn', target_field: 'url', ...options }, { fqdn: name })
}

const hasParts = test.macro({
  exec(t, name: string, parts: Fields | undefined) {
    t.deepEqual(run(name).fields['url'], parts)
  },
  title: (_, name: string, parts: Fields | undefined) => `${name} has ${Object.keys(parts ?? {}).length} parts`,
})

test(hasParts, 'www.example.ac.uk', {
  domain: 'www.example.ac.uk',
  registered_domain: 'example.ac.uk',
  top_level_domain: 'ac.uk',
  subdomain: 'www',
})
test(hasParts, 'example.com', { domain: 'example.com', registered_domain: 'example.com', top_level_domain: 'com' })
test(hasParts, 'a.b.someone.github.io', {
  domain: 'a.b.someone.github.io',
  registered_domain: 'someone.github.io',
  top_level_domain: 'github.io',
  subdomain: 'a.b',
})
test(hasParts, 'x.city.kawasaki.jp', {
  domain: 'x.city.kawasaki.jp',
  registered_domain: 'city.kawasaki.jp',
  top_level_domain: 'kawasaki.jp',
  subdomain: 'x',
})
test(hasParts, 'WWW.Example.Com', {
  domain: 'WWW.Example.Com',
  registered_domain: 'example.com',
  top_level_domain: 'com',
})
test(hasParts, 'co.uk', { domain: 'co.uk', top_level_domain: 'co.uk' })
test(hasParts, 'db.internal', undefined)
test(hasParts, 'localhost', undefined)
test(hasParts, '192.168.1.1', undefined)
test(hasParts, 'example.com.', undefined)

test('without a target field the parts are at the top of the document', t => {
  const { fields } = run('www.example.com', { target_field: '' })
  t.like(fields, { domain: 'www.example.com', registered_domain: 'example.com', subdomain: 'www' })
})

test('an unknown name is a fault if nothing is to be ignored', t => {
  t.is(run('db.internal', { ignore_missing: false }).fault, 'unable to set domain information for document')
  t.is(run('a.com', { ignore_missing: false, field: 'x' }).fault, 'field [x] not present as part of path [x]')
})
