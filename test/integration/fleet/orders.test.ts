import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { type FleetKind, kinds, makeFleet } from '../../helpers/fleet/fleet.ts'
import { endsWell } from '../../helpers/fleet/fleet-view.ts'
import { isWhole, sampleOf, seed } from '../../helpers/suite/sample.ts'

const LINES = 100

/** Long enough for the started machines to notice the missing ones, and to wait for them. */
const APART_MS = 700

const ends = test.macro<[readonly FleetKind[]]>({
  async exec(t, order) {
    const fleet = await makeFleet(t)
    await fleet.write(1, LINES + 1)
    for (const kind of order) {
      await fleet.start(kind)
      await sleep(APART_MS)
    }
    await endsWell(t, fleet, LINES)
  },
  title: (_, order) => `a fleet that is started in the order ${order.join(', ')} ends up delivering`,
})

/** Begun at each of its kinds: together, each kind is started first, second, third and last. */
function rotations<Item>(items: readonly Item[]): Item[][] {
  return items.map((_, index) => [...items.slice(index), ...items.slice(0, index)])
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map(rest => [item, ...rest]))
}

const [first, ...others] = kinds
const rounds = permutations(others).map(rest => rotations([first, ...rest]))
const orders = sampleOf(rounds)

test('there are 24 orders in rounds of four, of which the seed chooses one', t => {
  t.is(new Set(rounds.flat().map(order => order.join())).size, 24)
  t.log(`${orders.length} of them are tested; FORWARDER_TEST_SEED=${seed} chooses these again, make torture takes all`)
  t.is(orders.length, isWhole ? 24 : 4)
})

for (const order of orders) test.serial(ends, order)
