import test from 'ava'
import { FORMATS } from '../../../../src/pipeline/formats/catalogue.ts'
import { detectFormat } from '../../../../src/pipeline/formats/detect-format.ts'

for (const { name, examples } of FORMATS) {
  test(`the format ${name} is recognised by each of its examples, in a file of that name`, t => {
    for (const example of examples) t.is(detectFormat({ lines: [example], path: `/var/log/${name}/x.log` }), name)
  })
}

test('access lines are those of nginx unless the path names another server', t => {
  const lines = ['203.0.113.7 - - [29/Nov/2026:21:24:45 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8.5.0"']
  t.is(detectFormat({ lines }), 'nginx')
  t.is(detectFormat({ lines, path: '/var/log/apache2/access.log' }), 'apache')
  t.is(detectFormat({ lines, path: '/var/log/tomcat10/localhost_access_log.txt' }), 'tomcat')
})

test('half of the lines are enough, and fewer are not', t => {
  const line = '812:M 29 Nov 2026 21:24:45.123 * Ready to accept connections'
  t.is(detectFormat({ lines: [line, 'banner', ''] }), 'redis')
  t.is(detectFormat({ lines: [line, 'banner', 'banner'] }), undefined)
})

test('lines of no format, and no lines, are not recognised', t => {
  t.is(detectFormat({ lines: ['hello world', 'INFO something', '{"a":1}'] }), undefined)
  t.is(detectFormat({ lines: [] }), undefined)
  t.is(detectFormat({ lines: ['', '  '] }), undefined)
})

test('a look at a line that repeats the beginning of a format takes little CPU time', t => {
  const before = process.threadCpuUsage()
  for (const { examples } of FORMATS) {
    for (const example of examples) detectFormat({ lines: [example.slice(0, 40).repeat(400)] })
  }
  const { user, system } = process.threadCpuUsage(before)
  t.true(user + system < 5_000_000)
})
