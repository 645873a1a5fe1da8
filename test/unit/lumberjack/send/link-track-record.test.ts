import test from 'ava'
import { constant } from '../../../../src/flow/watched-value.ts'
import { Capacity } from '../../../../src/lumberjack/send/batch-capacity.ts'
import { LinkRecord } from '../../../../src/lumberjack/send/link-track-record.ts'
import { zeroCounts } from '../../../../src/lumberjack/send/publisher-contract.ts'
import { ServerAcks } from '../../../../src/lumberjack/send/server-ack-counts.ts'
import { ServerFailures } from '../../../../src/lumberjack/send/servers/server-failures.ts'

const server = { host: 'h', port: 1 }
const backoff = { firstMs: 100, maxMs: 1000 }

function makeRecord() {
  const seconds: number[] = []
  const counts = zeroCounts()
  const serverAcks = new ServerAcks()
  const ackDuration = { observe: (value: number) => void seconds.push(value) }
  const totals = { counts, serverAcks, capacity: new Capacity(1), ackDuration }
  const failures = new ServerFailures({ servers: constant([server]), limits: backoff, now: () => 1 })
  const record = new LinkRecord({ totals, failures, backoff, random: () => 1 })
  return { record, counts, serverAcks, failures, seconds }
}

test('an ack is counted, in all and for its server, and its time is observed', t => {
  const { record, counts, serverAcks, seconds } = makeRecord()
  record.noteAck(server, 7, 1500)
  t.like(counts, { windowsAcked: 1, eventsAcked: 7 })
  t.deepEqual(serverAcks.of(server), { windowsAcked: 1, eventsAcked: 7 })
  t.deepEqual(seconds, [1.5])
})

test('a lost connection and a failed attempt are counted separately, and both put the server in doubt', t => {
  const { record, counts, failures } = makeRecord()
  record.noteLoss(server, 'lost')
  t.like(counts, { connectionsLost: 1, connectFailures: 0 })
  t.true(failures.isLastFailed(server))
  failures.noteWorking(server)
  record.noteConnectFailure(server, 'refused')
  t.like(counts, { connectionsLost: 1, connectFailures: 1 })
  t.true(failures.isLastFailed(server))
  t.is(record.lastError, 'refused')
})

test('an ack ends the doubt, forgets the error and resets the wait', t => {
  const { record, failures } = makeRecord()
  record.noteLoss(server, 'lost')
  t.deepEqual([record.nextWaitMs(), record.nextWaitMs()], [100, 200])
  record.noteAck(server, 1, 1)
  t.is(record.nextWaitMs(), 100)
  t.is(record.lastError, undefined)
  t.is(failures.doubtEndMs(server), 0)
})
