import test from 'ava'
import fc from 'fast-check'
import { LINE_CUT, LINE_UNTERMINATED } from '../../../../src/flow/line-batch.ts'
import type { ExpectedRecord } from '../../../helpers/files/container-lines.ts'
import { anyContainerStep, type ArrivedRecord, ContainerModel } from '../../../helpers/files/container-model.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const ENDS = LINE_CUT | LINE_UNTERMINATED

function withoutId({ offset, stream, text, timeMs, nanos, isDamaged }: ArrivedRecord): ExpectedRecord {
  return { offset, stream, text, timeMs, nanos, isDamaged }
}

/** Throws, so that the smallest case is printed. */
function expectSame(arrived: readonly ExpectedRecord[], expected: readonly ExpectedRecord[]): void {
  const [seen, written] = [arrived, expected].map(records => records.map(record => JSON.stringify(record)))
  const lacks = written!.filter(record => !seen!.includes(record))
  const surplus = seen!.filter((record, i) => !written!.includes(record) || seen!.indexOf(record) !== i)
  if (lacks.length + surplus.length > 0 || seen!.length !== written!.length)
    throw new Error(`missing: ${lacks.join(' ')}; too many: ${surplus.join(' ')}`)
}

for (const [format, setting] of [
  ['cri', 'cri'],
  ['docker', 'docker'],
  ['cri', 'auto'],
  ['docker', 'auto'],
] as const)
  test(`each record of ${format} arrives once, whole, with its place, stream and time, over torn writes, rotations, restarts and kills, with the format ${setting}`, async t => {
    let resent = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyContainerStep, { minLength: 3, maxLength: 25 }),
        fc.integer({ min: 1, max: 5 }),
        async (steps, batchLines) => {
          const model = new ContainerModel(t, await makeTempDir(t), { format, setting, batchLines })
          for (const step of steps) await model.do(step)
          await model.settle()
          if (model.hasResent) resent++
          const { whole, cut } = model.expected()
          expectSame(model.arrived.map(withoutId), [...whole, ...cut])
          const ended = model.arrived.filter(({ flags }) => (flags & ENDS) !== 0)
          expectSame(ended.map(withoutId), cut)
        },
      ),
      { numRuns: Number(process.env['FILES_MODEL_RUNS'] ?? 40) },
    )
    t.true(resent > 0, 'no run sent anything again')
  })
