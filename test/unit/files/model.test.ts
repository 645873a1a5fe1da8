import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { FilesModel, type Step } from '../../helpers/files/files-model.ts'

const file = fc.constantFrom('a.log', 'b.log')
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('write' as const), file, count: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('half' as const), file }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rotate' as const), file }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('copyTruncate' as const), file, isMatched: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('truncate' as const), file }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), file }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), file }) },
  { weight: 8, arbitrary: fc.constant({ kind: 'look' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('ack' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.constantFrom(1, 6, 70) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('reconfigure' as const),
      follows: fc.constantFrom(['a.log', 'b.log'], ['b.log', 'a.log'], ['a.log'], ['b.log']),
      batchLines: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'kill' as const }) },
)

async function run(t: ExecutionContext, steps: readonly Step[]): Promise<FilesModel> {
  const model = new FilesModel(await makeTempDir(t))
  try {
    for (const one of steps) await model.do(one)
    await model.settle()
    model.check()
    return model
  } finally {
    await model.close()
  }
}

test('visible lines arrive once, in order, under one id, whatever is written, rotated, copied, truncated, killed or let go', async t => {
  let resent = 0
  let letGo = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async steps => {
      const { hasResent, hasLetGo } = await run(t, steps)
      if (hasResent) resent++
      if (hasLetGo) letGo++
    }),
    { numRuns: Number(process.env['FILES_MODEL_RUNS'] ?? 60), endOnFailure: false },
  )
  t.true(resent > 0, 'no run sent anything again')
  t.true(letGo > 0, 'no run let go of a file')
})
