import test from 'ava'
import fc from 'fast-check'
import { Balancer } from '../../../../../src/lumberjack/send/queue/balancer.ts'
import { type ModelServer, SpreadModel, createRandom } from '../../../../helpers/lumberjack/spread-model.ts'

const WINDOWS_EACH = 200
const MAX_DEVIATION = 0.05
/** Shorter than the shortest time after which a link counts as stuck. */
const MAX_HICCUP_MS = 200

interface Jitter {
  readonly meanMs: number
  /** Ack times are between (1 - spread) and (1 + spread) times the mean. */
  readonly spread: number
  readonly betweenHiccupsMs: number
}

const jitters = fc.record<Jitter>({
  meanMs: fc.integer({ min: 2, max: 200 }),
  spread: fc.double({ min: 0, max: 0.75, noNaN: true }),
  betweenHiccupsMs: fc.constantFrom(500, 1000, 5000),
})

const fleets = fc.record({
  servers: fc.integer({ min: 2, max: 5 }),
  windowsInFlight: fc.integer({ min: 1, max: 8 }),
  jitter: jitters,
  seed: fc.integer(),
})

/** Acks nothing during a hiccup. */
function makeServer({ meanMs, spread, betweenHiccupsMs }: Jitter, random: () => number): ModelServer {
  let hiccup = { fromMs: 0, toMs: 0 }
  return {
    ackMs: atMs => {
      const ackAtMs = atMs + meanMs * (1 + spread * (2 * random() - 1))
      while (hiccup.toMs < ackAtMs) {
        const fromMs = hiccup.toMs + 2 * betweenHiccupsMs * random()
        hiccup = { fromMs, toMs: fromMs + MAX_HICCUP_MS * random() }
      }
      return (ackAtMs > hiccup.fromMs ? hiccup.toMs : ackAtMs) - atMs
    },
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

test('servers whose ack times jitter around the same mean, with short hiccups, have shares within 5 %', t => {
  fc.assert(
    fc.property(fleets, ({ servers: count, windowsInFlight, jitter, seed }) => {
      const random = createRandom(seed)
      const servers = Array.from({ length: count }, () => makeServer(jitter, random))
      const model = new SpreadModel({ balancer: new Balancer(), servers, windowsInFlight })
      model.run(() => sum(model.counts) >= WINDOWS_EACH * count)
      const mean = sum(model.counts) / count
      const deviations = model.counts.map(windows => Math.abs(windows / mean - 1))
      t.true(Math.max(...deviations) <= MAX_DEVIATION, model.counts.join())
    }),
    { numRuns: 100 },
  )
})

test('equal servers have equal shares of the events, in whatever order windows of different sizes come', t => {
  const orders = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(orders, fc.integer({ min: 2, max: 5 }), (sizes, count) => {
      let window = 0
      const model = new SpreadModel({
        balancer: new Balancer(),
        servers: Array.from({ length: count }, () => ({ ackMs: () => 50 })),
        windowsInFlight: 4,
        nextEvents: () => sizes[window++ % sizes.length] ?? 1,
      })
      // A link may be some full windows ahead, so that many are counted of these.
      model.run(() => sum(model.events) >= WINDOWS_EACH * Math.max(...sizes) * count)
      const mean = sum(model.events) / count
      const deviations = model.events.map(events => Math.abs(events / mean - 1))
      t.true(Math.max(...deviations) <= MAX_DEVIATION, `${model.events.join()} of windows with ${sizes.join()}`)
    }),
    { numRuns: 100 },
  )
})

test('a server that becomes several times slower holds up the others for at most a few seconds', t => {
  const slower = fc.record({ factor: fc.double({ min: 3, max: 20, noNaN: true }), seed: fc.integer() })
  fc.assert(
    fc.property(slower, ({ factor, seed }) => {
      const random = createRandom(seed)
      const steady = { ackMs: () => 40 + 20 * random() }
      const changing = { ackMs: (atMs: number) => (atMs < 15_000 ? 1 : factor) * (40 + 20 * random()) }
      const servers = [steady, steady, changing]
      const model = new SpreadModel({ balancer: new Balancer(), servers, windowsInFlight: 4 })
      const countUntil = (endMs: number) => {
        const before = model.counts
        model.run(() => model.nowMs >= endMs)
        return sum(model.counts.slice(0, 2)) - sum(before.slice(0, 2))
      }
      countUntil(10_000)
      const well = countUntil(15_000)
      countUntil(20_000)
      const later = countUntil(25_000)
      t.true(later >= 0.9 * well, `${well} windows, then ${later}`)
    }),
    { numRuns: 50 },
  )
})
