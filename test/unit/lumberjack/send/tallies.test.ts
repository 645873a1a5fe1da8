import test from 'ava'
import { Tallies } from '../../../../src/lumberjack/send/tallies.ts'

const serverOf = (index: number) => ({ host: `pod-${index}`, port: 1 })

test('of servers that come and go only the last thousand to confirm something are remembered', t => {
  const tallies = new Tallies()
  const steady = { host: 'steady', port: 1 }
  for (let i = 0; i < 2000; i++) {
    tallies.noteAck(steady, 2)
    tallies.noteAck(serverOf(i), 1)
  }
  t.deepEqual(tallies.of(steady), { windowsAcked: 2000, eventsAcked: 4000 })
  t.is(tallies.of(serverOf(1999)).eventsAcked, 1)
  t.is(tallies.of(serverOf(0)).eventsAcked, 0)
})
