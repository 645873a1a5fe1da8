import test from 'ava'
import { readJson, RECEIVED as time } from '../../helpers/events/read-json.ts'

const idOf = (text: string | Buffer) => readJson(text).id

function longId(end: string): string {
  return `{${time},"@metadata":{"_id":"${'é'.repeat(256)}${end}"}}`
}

/** Each letter is a byte. */
function withId(id: string): Buffer {
  return Buffer.from(`{${time},"@metadata":{"_id":"${id}"}}`, 'latin1')
}

test('ids over 512 bytes are hashed, each to another id, and the same each time', t => {
  t.regex(idOf(longId('a')), /^sha256-[\w-]{43}$/)
  t.is(idOf(longId('a')), idOf(longId('a')))
  t.not(idOf(longId('a')), idOf(longId('b')))
  t.is(idOf(longId('')), 'é'.repeat(256))
})

test('ids that differ only in a lone surrogate, or in bytes that are not UTF-8, are different ids that a store can keep', t => {
  const surrogates = ['\\ud800', '\\ud801', '\\udc00', '\\ufffd', '\\udc00\\ud800', '\\\\ud800']
  const invalid = ['\xff', '\xfe', '\xed\xa0\x80', '\xed\xa0\x81', '\xc3']
  const ids = [...surrogates, ...invalid].map(end => idOf(withId(`a${end}`)))
  t.is(new Set(ids.map(id => Buffer.from(id).toString())).size, ids.length)
  t.deepEqual(ids, [...surrogates, ...invalid].map(end => idOf(withId(`a${end}`)))) // prettier-ignore
})
