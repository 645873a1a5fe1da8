import test from 'ava'
import { readStoreHosts } from '../../../src/discovery/store-hosts.ts'

const good = test.macro({
  exec(t, text: string, expected: readonly string[]) {
    t.deepEqual(readStoreHosts(Buffer.from(text)), expected)
  },
  title: (given = '') => `${given} is read`,
})

test('a bare host', good, '10.0.0.1', ['http://10.0.0.1:9200'])
test('a bare host and a line end', good, 'es1.example.org\n', ['http://es1.example.org:9200'])
test('host:port', good, 'es1:9201', ['http://es1:9201'])
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
test('a list with the same one twice', good, 'es1 es1', ['http://es1:9200'])

const garbage = test.macro({
  exec(t, text: string, expected: RegExp) {
    const read = readStoreHosts(Buffer.from(text, 'latin1'))
    if (!('fault' in read)) return t.fail(JSON.stringify(read))
    t.regex(read.fault, expected)
    t.notRegex(read.fault, /geheim/)
    t.true(read.fault.length < 300)
  },
  title: (given = '') => `${given} is refused`,
})

test('nothing', garbage, '', /it is empty/)
test('only commas', garbage, ' , ,', /it is empty/)
test('an empty JSON list', garbage, '[]', /it is empty/)
test('a JSON list with a number', garbage, '["es1", 7]', /something else than a text/)
test('broken JSON', garbage, '["es1"', /begins as a JSON list and is none/)
test('a JSON object', garbage, '{"host":"es1"}', /is no host/)
test('a URL with a password', garbage, 'https://elastic:geheim@es1:9200', /user or password in an address/)
test('a host with a password', garbage, 'elastic:geheim@es1:9200', /user or password in an address/)
test('another scheme', garbage, 'ftp://es1', /is no http:\/\/ or https:\/\/ address/)
test('a URL that is none', garbage, 'http://', /is no http/)
test('a URL with a query', garbage, 'http://es1:9200?pretty', /\? or #/)
test('a port that is too large', garbage, 'es1:99999', /is no host/)
test('bytes', garbage, '\xff\x00\x01', /is no host/)
test('a long word', garbage, 'x'.repeat(5000), /is no host/)
test('1 MB', garbage, 'x'.repeat(1024 * 1024), /1048576 bytes; 65536 are the most/)
test('a thousand hosts', garbage, Array.from({ length: 1000 }, (_, n) => `es${n}`).join(' '), /1000 addresses; 100 are/)
