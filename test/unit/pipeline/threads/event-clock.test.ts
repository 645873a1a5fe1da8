import test from 'ava'
import { EventClock, TICKS_PER_LIMIT } from '../../../../src/pipeline/threads/event-clock.ts'

const PLACE = { request: 1, event: 2, step: 0, part: -1 }
const LIMIT_MS = 1000

/** The tick at which the event is over its limit, of a thread that gets this share of a core. */
function findTick(cpuShare: number, ticks = 1000): number | undefined {
  const clock = new EventClock(LIMIT_MS)
  for (let tick = 0; tick < ticks; tick++) {
    clock.tick(PLACE)
    clock.noteCpu(PLACE, 5000 + tick * (LIMIT_MS / TICKS_PER_LIMIT) * cpuShare)
    if (clock.isOver) return tick
  }
  return undefined
}

test('an event is over its limit when its thread has used that much CPU time', t => {
  t.is(findTick(1), TICKS_PER_LIMIT)
})

test('an event whose thread gets a quarter of a core has four times as long', t => {
  t.is(findTick(0.25), 32)
})

test('an event that uses no CPU time is over its limit after ten times as long', t => {
  t.is(findTick(0), 10 * TICKS_PER_LIMIT)
})

test('the clock begins again with each event, however short the ticks show it', t => {
  const clock = new EventClock(LIMIT_MS)
  for (let event = 0; event < 100; event++) {
    const place = { ...PLACE, event }
    clock.tick(place)
    clock.noteCpu(place, event * 1000)
    t.false(clock.isOver)
  }
})

test('a CPU time that comes after its event counts for no other', t => {
  const clock = new EventClock(LIMIT_MS)
  for (let i = 0; i <= TICKS_PER_LIMIT; i++) clock.tick({ ...PLACE, event: 3 })
  clock.noteCpu({ ...PLACE, event: 3 }, 100)
  clock.noteCpu(PLACE, 100_000)
  t.false(clock.isOver)
})

test('no event is over its limit between events', t => {
  const clock = new EventClock(LIMIT_MS)
  for (let i = 0; i < 1000; i++) t.false(clock.tick(undefined))
  t.false(clock.isOver)
})
