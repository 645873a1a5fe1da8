import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { type FleetKind, kinds, makeFleet } from '../../helpers/fleet/fleet.ts'

const LINES = 100

/** Long enough for whoever was started to meet what is missing, and to wait for it. */
const APART_MS = 700

const ends = test.macro<[readonly FleetKind[]]>({
  async exec(t, order) {
    const fleet = await makeFleet(t)
    await fleet.write(1, LINES + 1)
    for (const kind of order) {
      await fleet.start(kind)
      await sleep(APART_MS)
    }
    const verdicts = await fleet.judgeAll(LINES)
    for (const verdict of verdicts) t.deepEqual(verdict, { stored: LINES, lost: 0, twice: 0 })
    t.deepEqual(await fleet.stopAll(), Array(6).fill(0), await fleet.lastWords())
  },
  title: (_, order) => `a fleet that is started in the order ${order.join(', ')} ends up delivering`,
})

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map(rest => [item, ...rest]))
}

const orders = permutations(kinds)

test('there are 24 orders', t => {
  t.is(new Set(orders.map(order => order.join())).size, 24)
})

for (const order of orders) test.serial(ends, order)
