import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { assert, array, asyncProperty, constantFrom, integer, tuple } from 'fast-check'
import { openDatabase } from '../../../../src/sqlite/database.ts'
import { EventWriter } from '../../../../src/stores/embedded/event-writer.ts'
import { packDocuments } from '../../../../src/stores/embedded/packed-documents.ts'
import { RetentionClock } from '../../../../src/stores/embedded/retention-clock.ts'
import { EVENTS_SCHEMA } from '../../../../src/stores/embedded/schema.ts'
import { countEmbedded } from '../../../../src/stores/embedded/search.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src/flow/time-units.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { event } from '../../../helpers/stores/embedded-stores.ts'

const START_MS = Date.UTC(2026, 10, 29)
const YEAR_MS = 365 * DAY_MS

interface Scene {
  readonly path: string
  readonly maxAgeMs: number
  wallMs: number
  monotonicMs: number
}

async function makeScene(t: ExecutionContext, maxAgeMs: number): Promise<Scene> {
  return { path: join(await makeTempDir(t), 'events.db'), maxAgeMs, wallMs: START_MS, monotonicMs: 5_000_000 }
}

/** One run of the program, which looks at its clocks every minute. */
function startRun(scene: Scene, clockTrustedUntilMs?: number) {
  const database = openDatabase({ path: scene.path, durability: 'process', schema: EVENTS_SCHEMA })
  const writer = new EventWriter(database, { maxAgeMs: scene.maxAgeMs })
  if (writer.arrivals === undefined) throw new Error('there is a maximum age')
  const clock = new RetentionClock(writer.arrivals, scene, clockTrustedUntilMs)
  return {
    store: (id: string) => writer.write([packDocuments([event(id, 'x')])], clock.read(scene)),
    pass(milliseconds: number) {
      let deleted = 0
      for (let left = milliseconds; left > 0; left -= MINUTE_MS) {
        scene.wallMs += Math.min(left, MINUTE_MS)
        scene.monotonicMs += Math.min(left, MINUTE_MS)
        deleted += writer.trim(clock.read(scene), 1000)
      }
      return deleted
    },
    lead: () => clock.leadMs,
    stop: () => database.close(),
  }
}

function stay(scene: Scene, milliseconds: number): void {
  scene.wallMs += milliseconds
  scene.monotonicMs = 1000 // of a machine that started again
}

for (const [what, jumpMs] of [
  ['ten years', 10 * YEAR_MS],
  ['a day', DAY_MS],
  ['the maximum age', HOUR_MS],
] as const) {
  test(`a clock that jumps ahead by ${what} deletes nothing that was stored since the start`, async t => {
    const scene = await makeScene(t, 10 * HOUR_MS)
    const run = startRun(scene)
    run.store('a')
    t.is(run.pass(HOUR_MS), 0)
    scene.wallMs += jumpMs
    run.store('b')
    t.is(run.pass(8.5 * HOUR_MS), 0)
    t.is(run.pass(0.7 * HOUR_MS), 1, 'at its age, the first one')
    t.is(run.pass(HOUR_MS), 1)
    run.stop()
  })
}

test('time in which the program did not run counts once the clock has been ahead for three hours', async t => {
  const scene = await makeScene(t, 30 * DAY_MS)
  const first = startRun(scene)
  first.store('a')
  first.pass(MINUTE_MS)
  first.stop()
  stay(scene, 40 * DAY_MS)
  const second = startRun(scene)
  second.store('b')
  t.is(second.pass(2.9 * HOUR_MS), 0)
  t.is(second.pass(0.2 * HOUR_MS), 1)
  t.is(second.lead(), 0)
  t.is(countEmbedded(scene.path).rows, 1, 'the event of this run stays')
  t.is(second.pass(29 * DAY_MS), 0)
  t.is(second.pass(DAY_MS), 1)
  second.stop()
})

test('a clock that comes back within three hours deletes nothing', async t => {
  const scene = await makeScene(t, DAY_MS)
  const first = startRun(scene)
  first.store('a')
  first.pass(MINUTE_MS)
  first.stop()
  stay(scene, 10 * YEAR_MS)
  const second = startRun(scene)
  t.is(second.pass(2.9 * HOUR_MS), 0)
  scene.wallMs -= 10 * YEAR_MS
  t.is(second.pass(20 * HOUR_MS), 0)
  t.is(second.pass(2 * HOUR_MS), 1, 'and it is deleted at its age')
  second.stop()
})

test("an operator's word makes the clock count at the start, up to the time that it names", async t => {
  const scene = await makeScene(t, 30 * DAY_MS)
  const first = startRun(scene)
  first.store('a')
  first.pass(MINUTE_MS)
  first.stop()
  stay(scene, 40 * DAY_MS)
  const tooEarly = startRun(scene, scene.wallMs - DAY_MS)
  t.is(tooEarly.pass(MINUTE_MS), 0)
  tooEarly.stop()
  const trusted = startRun(scene, scene.wallMs + DAY_MS)
  t.is(trusted.pass(MINUTE_MS), 1)
  trusted.stop()
})

test('a store that starts again and again forgets no time in which it ran', async t => {
  const scene = await makeScene(t, HOUR_MS)
  const first = startRun(scene)
  first.store('a')
  first.stop()
  let deleted = 0
  for (let round = 0; round < 5; round++) {
    const run = startRun(scene)
    deleted += run.pass(13 * MINUTE_MS)
    run.stop()
  }
  t.is(deleted, 1)
})

test('no event is deleted before it has lived its age while the program ran, whatever the clock and restarts do', async t => {
  const action = tuple(
    constantFrom('pass', 'jump', 'restart'),
    integer({ min: -20 * 365, max: 20 * 365 }),
    integer({ min: 1, max: 90 }),
  )
  await assert(
    asyncProperty(array(action, { minLength: 1, maxLength: 12 }), async actions => {
      const scene = await makeScene(t, DAY_MS)
      let run = startRun(scene)
      let ranMs = 0
      run.store('a')
      const pass = (milliseconds: number) => {
        const deleted = run.pass(milliseconds)
        ranMs += milliseconds
        return deleted
      }
      // After a restart the clock of the system may count, but only after three hours.
      let sinceRestartMs = Number.NEGATIVE_INFINITY
      for (const [kind, days, minutes] of actions) {
        if (kind === 'jump') scene.wallMs += days * DAY_MS
        if (kind === 'restart') {
          run.stop()
          run = startRun(scene)
          sinceRestartMs = 0
        }
        const deleted = pass(minutes * MINUTE_MS)
        sinceRestartMs += minutes * MINUTE_MS
        if (deleted > 0) return ranMs >= DAY_MS || sinceRestartMs >= 3 * HOUR_MS
      }
      run.stop()
      return true
    }),
    { numRuns: 25 },
  )
  t.pass()
})
