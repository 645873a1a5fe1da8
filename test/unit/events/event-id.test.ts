import test from 'ava'
import fc from 'fast-check'
import { EventReader } from '../../../src/events/event-reader.ts'
import { hashName } from '../../../src/tls/name-hash.ts'
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

const WEB1 = hashName('web1')
const WEB2 = hashName('web2')
const RANDOM = 'AbCd-_0123456789'

/** The id that an event of web1 with this id gets. */
function bound(id: string, isStrict = false): string {
  return readJson(`{${time},"@metadata":{"_id":${JSON.stringify(id)}}}`, { nameHash: WEB1, isStrict }).id
}

test('an id that carries the hash of its sender’s name is taken as it is', t => {
  t.is(bound(`${WEB1}${RANDOM}-70`), `${WEB1}${RANDOM}-70`)
})

test('an id of an agent of the first edition is taken as it is, unless a setting forbids it', t => {
  t.is(bound(`${RANDOM}-70`), `${RANDOM}-70`)
  t.is(bound(`${RANDOM}-70`, true), `${WEB1}-${RANDOM}-70`)
})

test('an id of another program gets the hash of its sender’s name', t => {
  t.is(bound('order 7'), `${WEB1}-order 7`)
  t.regex(bound('é'.repeat(300)), new RegExp(`^${WEB1}-sha256-[\\w-]{43}$`))
  t.regex(bound('x'.repeat(505)), new RegExp(`^${WEB1}-sha256-[\\w-]{43}$`))
  t.regex(bound(`${WEB1}\ud800`), new RegExp(`^${WEB1}-sha256-[\\w-]{43}$`))
})

test('an id that carries the hash of another name gets a new one, always the same, and is counted', t => {
  t.is(bound(`${WEB2}${RANDOM}-70`), `${WEB1}-${WEB2}${RANDOM}-70`)
  const limits = { eventBytes: 1e6, eventMembers: 1000 }
  const reader = new EventReader({ makeId: () => 'made', limits, sender: { nameHash: WEB1, isStrict: false } })
  for (const id of [`${WEB2}${RANDOM}-70`, `${WEB1}${RANDOM}-70`, `${RANDOM}-70`, 'x', `${WEB2}${RANDOM}-71`])
    reader.readJson(Buffer.from(`{${time},"@metadata":{"_id":"${id}"}}`), 0)
  t.is(reader.takeForeignIds(), 2)
  t.is(reader.takeForeignIds(), 0)
})

test('no sender can use up an id that an agent of another name draws, nor one that the collector gives to another name', t => {
  const forged = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 600 }),
    fc
      .constantFrom(WEB2, `${WEB2}-`, `${WEB2}${RANDOM}-`, `${WEB2}-sha256-`)
      .chain(start => fc.string().map(end => start + end)),
  )
  fc.assert(
    fc.property(forged, id => {
      const stored = bound(id)
      t.false(stored.startsWith(WEB2), id)
      t.true(Buffer.byteLength(stored) <= 512 && stored.isWellFormed())
      t.is(bound(stored), stored)
    }),
    { numRuns: 1000 },
  )
})
