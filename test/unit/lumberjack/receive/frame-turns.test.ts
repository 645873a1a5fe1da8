import test from 'ava'
import { setImmediate } from 'node:timers/promises'
import { FRAMES_PER_TURN, FrameTurns } from '../../../../src/lumberjack/receive/frame-turns.ts'

/** A connection that always has frames; counts those that it has taken. */
function startReader(turns: FrameTurns) {
  const reader = { taken: 0, isOver: false }
  const run = async () => {
    for (let count = 0; !reader.isOver; count = 0) {
      while (turns.mayTake(count)) {
        turns.noteTaken()
        count++
        reader.taken++
      }
      await turns.waitForShare()
    }
  }
  void run()
  return reader
}

test('in one turn of the event loop all connections together take a few hundred frames, however many they are', async t => {
  const turns = new FrameTurns()
  const readers = Array.from({ length: 100 }, () => startReader(turns))
  const sum = () => readers.reduce((total, { taken }) => total + taken, 0)
  t.is(sum(), FRAMES_PER_TURN)
  for (let turn = 2; turn < 20; turn++) {
    await setImmediate()
    t.is(sum(), turn * FRAMES_PER_TURN)
  }
  for (const reader of readers) reader.isOver = true
})

for (const length of [2, 10, 48, 100])
  test(`${length} connections that have frames take turns, with equal shares`, async t => {
    const turns = new FrameTurns()
    const readers = Array.from({ length }, () => startReader(turns))
    for (let turn = 0; turn < 60; turn++) await setImmediate()
    for (const reader of readers) reader.isOver = true
    const counts = readers.slice(1).map(({ taken }) => taken) // the first one had the whole first turn
    t.true(Math.min(...counts) > (60 * FRAMES_PER_TURN) / length / 2)
    t.true(Math.max(...counts) - Math.min(...counts) <= FRAMES_PER_TURN / length + 4)
  })

test('a connection that is alone takes all frames of a turn', async t => {
  const turns = new FrameTurns()
  const reader = startReader(turns)
  await setImmediate()
  t.is(reader.taken, 2 * FRAMES_PER_TURN)
  reader.isOver = true
})
