import test from 'ava'
import { findAgent } from '../../../src/events/find-agent.ts'
import { eventOf } from '../../helpers/stores/store-events.ts'

const find = (document: unknown, name?: string) => findAgent(eventOf('a', JSON.stringify(document)), name)

test('two agents with the same address or certificate differ by `agent.id`, or else by `host.name`', t => {
  const filebeat = find({ agent: { id: 'b1', type: 'filebeat' }, host: { name: 'web1' } })
  t.is(filebeat, find({ host: { name: 'web2' }, agent: { id: 'b1' } }))
  t.not(filebeat, find({ agent: { id: 'b2' }, host: { name: 'web1' } }))
  t.is(find({ host: { name: 'web1' }, agent: { type: 'forwarder' } }), find({ host: { name: 'web1' } }, 'shared'))
  t.not(find({ host: { name: 'web1' } }), find({ host: { name: 'web2' } }))
})

test('an agent has no mark without an id or a host, or where its host is the name in its certificate', t => {
  for (const document of [{}, { agent: { id: '' } }, { agent: { id: 7 } }, { host: 'web1' }, { host: { name: ['x'] } }])
    t.is(find(document), undefined)
  t.is(find({ host: { name: 'web1' } }, 'web1'), undefined)
})

test('the mark of an agent has no text of an event, and a bounded length', t => {
  for (const id of ['SECRET', 'x'.repeat(10_000), '\n\u0000', '\ud800'])
    t.regex(find({ agent: { id } }) ?? '', /^[\da-f]{12}$/)
  t.is(find({ agent: { id: 'x'.repeat(20_000) } }), undefined, 'so much is not parsed')
  t.is(findAgent(eventOf('a', '{"agent":{"id"')), undefined)
})
