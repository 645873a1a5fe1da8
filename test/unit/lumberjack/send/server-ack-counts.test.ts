import test from 'ava'
import { ServerAcks } from '../../../../src/lumberjack/send/server-ack-counts.ts'

const serverOf = (index: number) => ({ host: `pod-${index}`, port: 1 })

test('only the last thousand servers that confirmed something are remembered', t => {
  const serverAcks = new ServerAcks()
  const steady = { host: 'steady', port: 1 }
  for (let i = 0; i < 2000; i++) {
    serverAcks.noteAck(steady, 2)
    serverAcks.noteAck(serverOf(i), 1)
  }
  t.deepEqual(serverAcks.of(steady), { windowsAcked: 2000, eventsAcked: 4000 })
  t.is(serverAcks.of(serverOf(1999)).eventsAcked, 1)
  t.is(serverAcks.of(serverOf(0)).eventsAcked, 0)
})
