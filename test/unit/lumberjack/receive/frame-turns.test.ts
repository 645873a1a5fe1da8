import test from 'ava'
import { setImmediate } from 'node:timers/promises'
import { FrameTurns, UNITS_PER_TURN, unitsOf } from '../../../../src/lumberjack/receive/frame-turns.ts'

/** A connection that always has frames of so many units; counts the units that it has taken. */
function startReader(turns: FrameTurns, units = 1) {
  const reader = { taken: 0, isOver: false }
  const run = async () => {
    for (let count = 0; !reader.isOver; count = 0) {
      while (turns.mayTake(count)) {
        turns.noteTaken(units)
        count += units
        reader.taken += units
      }
      await turns.waitForShare({ hadNone: count === 0 })
    }
  }
  void run()
  return reader
}

test('in one turn of the event loop all connections together take a few hundred units, however many they are', async t => {
  const turns = new FrameTurns()
  const readers = Array.from({ length: 100 }, () => startReader(turns))
  const sum = () => readers.reduce((total, { taken }) => total + taken, 0)
  t.is(sum(), UNITS_PER_TURN)
  for (let turn = 2; turn < 20; turn++) {
    await setImmediate()
    t.is(sum(), turn * UNITS_PER_TURN)
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
    t.true(Math.min(...counts) > (60 * UNITS_PER_TURN) / length / 2)
    t.true(Math.max(...counts) - Math.min(...counts) <= UNITS_PER_TURN / length + 4)
  })

test('a connection that is alone takes all units of a turn', async t => {
  const turns = new FrameTurns()
  const reader = startReader(turns)
  await setImmediate()
  t.is(reader.taken, 2 * UNITS_PER_TURN)
  reader.isOver = true
})

test('a frame with many events or bytes takes as many units as several frames, and a compressed one more', t => {
  const one = { events: 1, bytes: 50, isInflated: false }
  t.is(unitsOf(one), 1)
  t.is(unitsOf({ ...one, events: 0 }), 1)
  t.is(unitsOf({ ...one, events: 100 }), 100)
  t.is(unitsOf({ ...one, bytes: 16 * 1024 }), 17)
  t.true(unitsOf({ ...one, isInflated: true }) > 1)
})

test('one turn ends with the first frame that is over its units, and the connections that got none of it are the next ones', async t => {
  const turns = new FrameTurns()
  const large = Array.from({ length: 20 }, () => startReader(turns, UNITS_PER_TURN))
  const small = startReader(turns)
  const sum = () => large.reduce((total, { taken }) => total + taken, small.taken)
  let before = sum()
  for (let turn = 0; turn < 45; turn++) {
    await setImmediate()
    t.true(sum() - before < 2 * UNITS_PER_TURN)
    before = sum()
  }
  for (const reader of [...large, small]) reader.isOver = true
  t.true(Math.max(...large.map(({ taken }) => taken)) <= 4 * UNITS_PER_TURN)
  t.true(small.taken > 0, 'it has waited for more than two rounds')
})
