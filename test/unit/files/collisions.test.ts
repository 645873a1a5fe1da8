import test from 'ava'
import { collisionLaws, findCounterexample } from '../../helpers/files/collisions/collision-laws.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

/** The same cases each time; `make model` searches among all. */
const seed = Number(process.env['FORWARDER_TEST_SEED'] ?? 1)
const numRuns = Number(process.env['FILES_MODEL_RUNS'] ?? 30)

for (const law of collisionLaws) {
  test(law.title, async t => {
    const found = await findCounterexample(law, { makeDir: () => makeTempDir(t), numRuns, seed })
    t.is(found, undefined)
  })
}
