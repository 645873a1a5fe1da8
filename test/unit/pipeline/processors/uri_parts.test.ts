import test from 'ava'
import { uri_parts } from '../../../../src/pipeline/processors/uri_parts.ts'
import type { Fields } from '../../../../src/pipeline/document/value.ts'
import { runProcessor } from '../../../helpers/pipeline/run-processor.ts'

const hasParts = test.macro({
  exec(t, uri: string, parts: Fields) {
    const { fields } = runProcessor(uri_parts, { field: 'uri', keep_original: false }, { uri })
    t.deepEqual(fields['url'], parts)
  },
  title: (_, uri: string, _parts: Fields) => `${uri} is split into its parts`,
})

test(hasParts, 'http://myusername:mypassword@www.example.com:80/foo.gif?key1=val1&key2=val2#fragment', {
  domain: 'www.example.com',
  scheme: 'http',
  fragment: 'fragment',
  path: '/foo.gif',
  extension: 'gif',
  port: 80,
  query: 'key1=val1&key2=val2',
  user_info: 'myusername:mypassword',
  username: 'myusername',
  password: 'mypassword',
})
test(hasParts, '/a.b/c?d', { domain: null, scheme: null, path: '/a.b/c', query: 'd' })
test(hasParts, 'mailto:a@example.com', { domain: null, scheme: 'mailto' })
test(hasParts, 'https://example.com/a b|c', { domain: 'example.com', scheme: 'https', path: '/a b|c' })
test(hasParts, 'http://h/%41.tar.gz', { domain: 'h', scheme: 'http', path: '/A.tar.gz', extension: 'gz' })
test(hasParts, 'http://u@h/', { domain: 'h', scheme: 'http', path: '/', user_info: 'u' })

test('the URI as it was is kept, and its field may be removed', t => {
  const uri = 'http://h/'
  const { fields } = runProcessor(uri_parts, { field: 'uri', remove_if_successful: true }, { uri })
  t.deepEqual(fields, { url: { domain: 'h', scheme: 'http', path: '/', original: uri } })
})

test('a text that is not a URI is a fault', t => {
  t.is(runProcessor(uri_parts, { field: 'uri' }, { uri: 'not a:URI' }).fault, 'unable to parse URI [not a:URI]')
  t.is(runProcessor(uri_parts, { field: 'uri' }, {}).fault, 'field [uri] not present as part of path [uri]')
  t.is(runProcessor(uri_parts, { field: 'uri', ignore_missing: true }, {}).fault, undefined)
})
