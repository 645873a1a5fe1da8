import test from 'ava'
import type { StoreEvent } from '../../../../src/flow/event-batch.ts'
import { createDestination } from '../../../../src/stores/elasticsearch/index/event-destination.ts'
import type { Target } from '../../../../src/stores/elasticsearch/options.ts'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'
import { makeEvent } from '../../../helpers/stores/store-events.ts'

const TIME = Date.UTC(2026, 10, 29)
const PATTERN: Target = { kind: 'index', pattern: 'logs-%{event.dataset}-%{+yyyy.MM}' }

function open(target = PATTERN, allowedIndices: readonly string[] = ['logs-*']) {
  const log = makeRecordingLog()
  const destination = createDestination({ target, allowedIndices, log })
  const name = (more: Partial<StoreEvent>, timeMs = TIME) =>
    destination.nameFor({ ...makeEvent('x', {}, timeMs), receivedAtMs: TIME, ...more })
  return { destination, log, name }
}

test('an index with fields has the time of the event, within the window', t => {
  const { name } = open()
  const filledIndex = 'logs-nginx-%{+yyyy.MM}'
  t.is(name({ filledIndex }), 'logs-nginx-2026.11')
  t.is(name({ filledIndex }, Date.UTC(2001, 1, 1)), 'logs-nginx-outside')
})

test('an event without fields in its name shares an index with others of its kind', t => {
  t.is(open().name({}), 'logs-other-2026.11')
})

test('a name that is not allowed, or cannot be an index, is not used, and that is logged once without the name', t => {
  const { name, log } = open()
  for (const reroutedTo of ['secret', 'logs-%{+QQ}', 'logs-\u0000', `logs-${'x'.repeat(300)}`, '..', 'LOGS-a'])
    t.is(name({ reroutedTo, filledIndex: 'logs-a-%{+yyyy.MM}' }), 'logs-a-2026.11')
  t.is(name({ filledIndex: 'other-a' }), 'logs-other-2026.11')
  t.is(log.lines.length, 1)
  t.false(JSON.stringify(log.lines).includes('secret'))
})

test('a processor chooses before the sender and the fields of the event', t => {
  const { name } = open()
  t.is(name({ reroutedTo: 'logs-a-default', filledIndex: 'logs-b', rawIndex: 'c' }), 'logs-a-default')
  t.is(name({ reroutedTo: 'logs-%{+yyyy.MM.dd}' }), 'logs-2026.11.29')
})

test('a data stream may have fields', t => {
  const { name, destination } = open({ kind: 'dataStream', name: 'logs-%{a}-default' })
  t.is(name({ filledIndex: 'logs-x-default' }), 'logs-x-default')
  t.is(name({}), 'logs-other-default')
  t.is(destination.wildcard, 'logs-*-default')
})

test('an index without fields is the same as without a pipeline', t => {
  const { name, destination } = open({ kind: 'index', pattern: 'forwarder-%{+yyyy.MM.dd}' }, [])
  t.is(name({}), 'forwarder-2026.11.29')
  t.is(destination.wildcard, 'forwarder-*')
})
