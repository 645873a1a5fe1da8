// Runs the model of files that are alike for some seconds, a round of each law at a time, and prints the first failure.
//   node search-collisions.ts [--seconds 60] [--cpu: seconds of a processor, for a busy machine] [--seed=N] [--law 0,3]
//     [--runs 20] [--first: as it was found, not the shortest]
import { stat } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { uses } from './licences.ts'
import { collisionLaws, findCounterexample } from './collision-laws.ts'

const RUNS_IN_A_ROUND = 20

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    law: { type: 'string' },
    first: { type: 'boolean', default: false },
    cpu: { type: 'boolean', default: false },
    runs: { type: 'string', default: String(RUNS_IN_A_ROUND) },
  },
})

const dirs: string[] = []

async function makeDir(): Promise<string> {
  for (const dir of dirs.splice(0)) await rm(dir, { recursive: true, force: true })
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-model-'))
  dirs.push(dir)
  return dir
}

const laws = collisionLaws.filter(
  (_, index) => values.law === undefined || values.law.split(',').includes(String(index)),
)

function countSeconds(): number {
  const { user, system } = process.cpuUsage()
  return values.cpu ? (user + system) / 1e6 : performance.now() / 1000
}

// A thread of the pool may miss its task (bug 25847 of glibc before 2.41) until there is another one.
setInterval(() => stat('/', () => {}), 1000).unref()

const startedAt = countSeconds()
let failure: string | undefined
let rounds = 0
while (failure === undefined && countSeconds() - startedAt < Number(values.seconds)) {
  const law = laws[rounds++ % laws.length]!
  const numRuns = Number(values.runs)
  const seed = values.seed === undefined ? {} : { seed: Number(values.seed) }
  failure = await findCounterexample(law, { makeDir, numRuns, isFirst: values.first, ...seed })
  if (failure !== undefined) failure = `${law.title}\n${failure}`
}
for (const dir of dirs) await rm(dir, { recursive: true, force: true })
const seconds = Math.round((countSeconds() - startedAt) * 10) / 10
console.log(failure ?? `no failure in ${rounds} rounds`)
for (const [licence, count] of uses) console.log(`taken for one file, ${licence}: ${count} times`)
console.log(`${seconds} s`)
process.exitCode = failure === undefined ? 0 : 1
