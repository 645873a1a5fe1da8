import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { CollisionsModel, type CollisionStep } from '../../helpers/files/collisions-model.ts'
import { history, toText } from '../../helpers/files/followed.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const RUNS = Number(process.env['FILES_MODEL_RUNS'] ?? 60)
const file = fc.constantFrom('a.log', 'b.log', 'c.log')

function makeSteps(text: fc.Arbitrary<string>, mayRestart: boolean): fc.Arbitrary<CollisionStep[]> {
  const kind = fc.constantFrom('rotate', 'copy', 'copyTruncate', 'copyTruncate', 'truncate', 'remove', 'leave')
  const call = fc.constantFrom('open' as const, 'readdir' as const)
  const seconds = fc.constantFrom(1, 2, 6, 70)
  const step: fc.Arbitrary<CollisionStep> = fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('write' as const), file, text }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('replace', 'writeOverEnd'), file, text }) },
    { weight: 6, arbitrary: fc.record({ kind, file }) },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('look' as const), isAcked: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('blind' as const), call, file }) },
    { weight: mayRestart ? 1 : 0, arbitrary: fc.constant({ kind: 'restart' as const }) },
  )
  return fc.array(step, { minLength: 5, maxLength: 40 })
}

interface Law {
  readonly header: string
  readonly encoding?: BufferEncoding
  readonly check: 'checkEachFile' | 'checkEachText'
}

async function holds(
  t: ExecutionContext,
  { header, encoding, check }: Law,
  steps: readonly CollisionStep[],
): Promise<void> {
  const model = new CollisionsModel(await makeTempDir(t), header, encoding)
  try {
    for (const step of steps) await model.do(step)
    await model.settle()
    model[check]()
    model.checkAccount()
  } finally {
    await model.close()
  }
}

for (const header of ['', 'date,time\n']) {
  test(`each line of each of several small files that are alike and begin with ${JSON.stringify(header)} arrives`, async t => {
    const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }).map(toText)
    const law = fc.asyncProperty(makeSteps(text, false), steps => holds(t, { header, check: 'checkEachFile' }, steps))
    await t.notThrowsAsync(() => fc.assert(law, { numRuns: RUNS, endOnFailure: false }))
  })
}

for (const more of [[], ['one line more']]) {
  test(`each line of files that begin alike for a kilobyte and ${more.length} lines arrives`, async t => {
    const header = toText([...history, ...more])
    const text = fc.integer({ min: 0, max: 2 }).map(count => 'x'.repeat(count))
    const law = fc.asyncProperty(makeSteps(text, true), steps =>
      holds(t, { header, check: 'checkEachText' }, number(steps)),
    )
    await t.notThrowsAsync(() => fc.assert(law, { numRuns: RUNS, endOnFailure: false }))
  })
}

const heads = {
  'a byte order mark': ['\ufeff', 'utf8'],
  'a hole': ['\0'.repeat(1500), 'utf8'],
  'UTF-16 with a mark': ['\ufeff', 'utf16le'],
} as const

for (const [name, [start, encoding]] of Object.entries(heads)) {
  test(`each line of files that begin alike for a kilobyte, with ${name}, arrives`, async t => {
    const header = `${start}${toText(history)}`
    const text = fc.integer({ min: 0, max: 2 }).map(count => 'x'.repeat(count))
    const law = fc.asyncProperty(makeSteps(text, true), steps =>
      holds(t, { header, encoding, check: 'checkEachText' }, number(steps)),
    )
    await t.notThrowsAsync(() => fc.assert(law, { numRuns: RUNS, endOnFailure: false }))
  })
}

/** Each `x` becomes a line that is written once. */
function number(steps: readonly CollisionStep[]): CollisionStep[] {
  let next = 1
  return steps.map(step =>
    'text' in step ? { ...step, text: step.text.replaceAll('x', () => `<${next++}>\n`) } : step,
  )
}
