import test from 'ava'
import { readStoreHosts } from '../../../src/discovery/etcd-store-hosts.ts'

const good = test.macro({
  exec(t, text: string, expected: readonly string[]) {
    t.deepEqual(readStoreHosts(Buffer.from(text)), expected)
  },
  title: (given = '') => `${given} is read as hosts of a store`,
})

test('a bare host', good, '10.0.0.1', ['http://10.0.0.1:9200'])
test('a bare host with a line end', good, 'es1.example.org\n', ['http://es1.example.org:9200'])
test('a host with a port', good, 'es1:9201', ['http://es1:9201'])
test('a bare IPv6 address', good, '::1', ['http://[::1]:9200'])
test('an IPv6 address with a port', good, '[::1]:9201', ['http://[::1]:9201'])
test('an IPv6 address in brackets', good, '[2001:db8::1]', ['http://[2001:db8::1]:9200'])
test('a URL', good, 'https://es1:9200/', ['https://es1:9200'])
test('a URL with a path', good, 'https://gate/es/', ['https://gate/es'])
test('a list with commas', good, 'es1,es2:9201, https://es3:9200', [
  'http://es1:9200',
  'http://es2:9201',
  'https://es3:9200',
])
test('a list with spaces and lines', good, ' es1\n\tes2  es3\r\n', [
  'http://es1:9200',
  'http://es2:9200',
  'http://es3:9200',
])
test('a JSON list', good, '["es1", "http://es2:9200"]', ['http://es1:9200', 'http://es2:9200'])
test('a list with one host twice', good, 'es1 es1', ['http://es1:9200'])

const garbage = test.macro({
  exec(t, text: string, expected: RegExp) {
    const read = readStoreHosts(Buffer.from(text, 'latin1'))
    if (!('fault' in read)) return t.fail(JSON.stringify(read))
    t.regex(read.fault, expected)
    t.notRegex(read.fault, /geheim/)
    t.true(read.fault.length < 300)
  },
  title: (given = '') => `${given} is refused as hosts of a store`,
})

test('empty text', garbage, '', /it is empty/)
test('text of commas only', garbage, ' , ,', /it is empty/)
test('an empty JSON list', garbage, '[]', /it is empty/)
test('a JSON list with a number', garbage, '["es1", 7]', /an element that is not text/)
test('broken JSON', garbage, '["es1"', /begins like a JSON list but is not one/)
test('a JSON object', garbage, '{"host":"es1"}', /is not a host/)
test('a URL with a password', garbage, 'https://elastic:geheim@es1:9200', /an address has a user or password/)
test('a host with a password', garbage, 'elastic:geheim@es1:9200', /an address has a user or password/)
test('a URL with another scheme', garbage, 'ftp://es1', /is not an http:\/\/ or https:\/\/ address/)
test('a URL without a host', garbage, 'http://', /is not an http/)
test('a URL with a query', garbage, 'http://es1:9200?pretty', /\? or #/)
test('a port that is too large', garbage, 'es1:99999', /is not a host/)
test('a value of arbitrary bytes', garbage, '\xff\x00\x01', /is not a host/)
test('a word of 5000 letters', garbage, 'x'.repeat(5000), /is not a host/)
test('a value of 1 MB', garbage, 'x'.repeat(1024 * 1024), /1048576 bytes; at most 65536 are allowed/)
test(
  'a list of a thousand hosts',
  garbage,
  Array.from({ length: 1000 }, (_, n) => `es${n}`).join(' '),
  /1000 addresses; at most 100 are/,
)
