import test from 'ava'
import { LastGoodValues } from '../../../src/discovery/last-good-values.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'

function read(bytes: Buffer): { text: string } | { fault: string } {
  const text = bytes.toString()
  return text.startsWith('bad') ? { fault: `it says ${text}` } : { text }
}

const map = (entries: Record<string, string>) =>
  new Map(Object.entries(entries).map(([key, value]) => [key, Buffer.from(value)]))

test('the last good value of a key is kept while the key has a bad one, and dropped when the key is deleted', t => {
  const values = new LastGoodValues(read, makeRecordingLog())
  t.deepEqual(
    [...values.update(map({ b: '2', a: '1' }))],
    [
      ['a', { text: '1' }],
      ['b', { text: '2' }],
    ],
  )
  t.deepEqual(
    [...values.update(map({ a: 'bad', b: '3' }))],
    [
      ['a', { text: '1' }],
      ['b', { text: '3' }],
    ],
  )
  t.deepEqual([...values.update(map({ b: '3' }))], [['b', { text: '3' }]])
  t.deepEqual([...values.update(map({ a: 'bad', b: '3' }))], [['b', { text: '3' }]])
})

test('each bad value is logged once', t => {
  const log = makeRecordingLog()
  const values = new LastGoodValues(read, log)
  for (const text of ['bad 1', 'bad 1', 'bad 2', 'bad 2', 'good', 'bad 2']) values.update(map({ a: text }))
  t.deepEqual(
    log.lines.map(({ fields }) => fields['reason']),
    ['it says bad 1', 'it says bad 2', 'it says bad 2'],
  )
})

test('a flood of bad values does not fill the log', t => {
  const log = makeRecordingLog()
  const values = new LastGoodValues(read, log)
  for (let index = 0; index < 200; index++) values.update(map({ a: `bad ${index}` }))
  t.is(log.lines.filter(({ level }) => level === 'error').length, 60)
  t.is(log.lines.filter(({ level }) => level === 'debug').length, 140)
})
