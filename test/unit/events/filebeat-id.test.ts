import test from 'ava'
import { readJson } from '../../helpers/events/read-json.ts'

/** As Filebeat 7.17 writes it, with these changes. */
function filebeatEvent(change: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    '@timestamp': '2026-01-02T03:04:05.678Z',
    '@metadata': { beat: 'filebeat', type: '_doc', version: '7.17.29' },
    log: { offset: 120, file: { path: '/var/log/app.log' } },
    message: 'GET /',
    input: { type: 'filestream' },
    agent: { id: '3f1c', name: 'web1', type: 'filebeat', version: '7.17.29', ephemeral_id: 'e1' },
    host: { name: 'web1' },
    ...change,
  })
}

const idOf = (change?: Readonly<Record<string, unknown>>) => readJson(filebeatEvent(change)).id

test('an event of Filebeat gets the same id each time it is sent', t => {
  t.regex(idOf(), /^filebeat-[\w-]{43}$/)
  t.is(idOf(), idOf())
  t.is(idOf({ '@metadata': { beat: 'filebeat', raw_index: 'x' } }), idOf())
})

test('events of Filebeat from another agent, file, inode, offset or time, or with another message, have other ids', t => {
  const path = '/var/log/app.log'
  const changes = [
    {},
    { agent: { id: '3f1d', type: 'filebeat' } },
    { log: { offset: 120, file: { path: '/var/log/app2.log' } } },
    { log: { offset: 120, file: { path, inode: '7' } } },
    { log: { offset: 120, file: { path, inode: '8' } } },
    { log: { offset: 120, file: { path, inode: '8', device_id: '1' } } },
    { log: { offset: 121, file: { path } } },
    { '@timestamp': '2026-01-02T03:04:05.679Z' },
    { message: 'GET /x' },
  ]
  t.is(new Set(changes.map(idOf)).size, changes.length)
})

const without = test.macro({
  title: (given = '') => `an event of Filebeat ${given} gets an id of the collector's`,
  exec: (t, change: Readonly<Record<string, unknown>>) => t.is(idOf(change), 'made'),
})
test('without an agent', without, { agent: undefined })
test('without the id of its agent', without, { agent: { type: 'filebeat' } })
test('of another beat', without, { agent: { id: '3f1c', type: 'heartbeat', name: 'filebeat' } })
test('without a file', without, { log: { offset: 120 } })
test('without an offset', without, { log: { file: { path: '/var/log/app.log' } } })
test('without a message', without, { message: undefined })
test('without a time', without, { '@timestamp': undefined })
test('whose log is a text', without, { log: 'x' })

test('an id that Filebeat sets itself is kept', t => {
  t.is(idOf({ '@metadata': { beat: 'filebeat', _id: 'x7' } }), 'x7')
})

test('the index and the pipeline that an event of Filebeat asks for are kept', t => {
  const metadata = { beat: 'filebeat', raw_index: 'logs-7', pipeline: 'apache' }
  t.like(readJson(filebeatEvent({ '@metadata': metadata })), { rawIndex: 'logs-7', pipeline: 'apache' })
})
