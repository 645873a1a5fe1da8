import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { FilesModel } from '../../helpers/files/files-model.ts'
import { anyStep, type Step } from '../../helpers/files/files-steps.ts'

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

test('visible lines arrive once, in order, under one id, after any writes, rotations, copies, truncations, kills and failed reads', async t => {
  let resent = 0
  let letGo = 0
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 40 }), async steps => {
      const { hasResent, hasLetGo } = await run(t, steps)
      if (hasResent) resent++
      if (hasLetGo) letGo++
    }),
    { numRuns: Number(process.env['FILES_MODEL_RUNS'] ?? 60), endOnFailure: false },
  )
  t.true(resent > 0, 'no run sent anything again')
  t.true(letGo > 0, 'no run let go of a file')
})
