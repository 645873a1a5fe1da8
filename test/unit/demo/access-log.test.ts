import test from 'ava'
import { makeAccessLogLine, readAccessLogNumber } from '../../../src/demo/access-log.ts'

const combined =
  /^(\d{1,3}\.){3}\d{1,3} - - \[\d{2}\/[A-Z][a-z]{2}\/2026(:\d{2}){3} \+0000\] "[A-Z]+ \S+ HTTP\/1\.1" \d{3} \d+ "[^"]*" "[^"]+"$/

test('a line of the access log has the combined format and contains its number', t => {
  for (let number = 0; number < 2000; number += 7) {
    const line = makeAccessLogLine(number)
    t.regex(line, combined)
    t.is(readAccessLogNumber(line), number)
  }
})

test('the same number always yields the same line of the access log', t => {
  const first = makeAccessLogLine(123_456)
  makeAccessLogLine(1)
  t.is(makeAccessLogLine(123_456), first)
})

test('lines of the access log have 160 bytes on average', t => {
  let bytes = 0
  for (let number = 0; number < 10_000; number++) bytes += makeAccessLogLine(number).length + 1
  t.true(Math.abs(bytes / 10_000 - 160) < 4, `${bytes / 10_000}`)
})

test('a line of another origin does not have an access log number', t => {
  t.is(readAccessLogNumber('nothing of ours'), -1)
})
