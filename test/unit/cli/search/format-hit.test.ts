import test from 'ava'
import { formatHit } from '../../../../src/cli/search/format-hit.ts'

const timeMs = Date.UTC(2026, 10, 21, 1, 2, 3, 4)
const document = { message: 'GET /', host: { name: 'web1' }, log: { file: { path: '/a.log' } } }

test('an event as text is its time, host, file and message', t => {
  t.is(formatHit({ id: 'x', timeMs, document }, false), '2026-11-21T01:02:03.004Z  web1  /a.log  GET /')
})

test('members with dotted names are read like nested ones, and missing ones are left out', t => {
  const flat = { 'host.name': 'web1', message: 'GET /' }
  t.is(formatHit({ id: 'x', timeMs, document: flat }, false), '2026-11-21T01:02:03.004Z  web1  GET /')
})

test('an event has colours only on request', t => {
  t.true(formatHit({ id: 'x', timeMs, document }, true).includes('\u001B[32mweb1\u001B[0m'))
})

test('a message can neither control a terminal nor occupy a second line', t => {
  const message = 'a\u001B[2J\u0007b\nc\td'
  const text = formatHit({ id: 'x', timeMs, document: { message } }, true)
  t.true(text.endsWith(String.raw`a\u0007b\nc d`), JSON.stringify(text))
})
