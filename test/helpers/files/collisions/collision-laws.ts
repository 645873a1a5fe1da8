import fc from 'fast-check'
import { describeStep, SAME_LINE, type CollisionStep, type StepChoice } from './collision-steps.ts'
import { CollisionsModel } from './collisions-model.ts'
import type { Setting } from './setting.ts'
import { anySteps } from './step-lists.ts'
import { history, toText } from '../followed.ts'

export interface CollisionLaw {
  readonly title: string
  readonly headers: readonly string[]
  readonly encoding?: BufferEncoding
  readonly isPeriodic?: boolean
  readonly steps: StepChoice
}

/** Of this length, and no line twice. */
function makeBanner(bytes: number): string {
  const lines = [...history, ...history.map(line => `${line}, again`)]
  return bytes === 0
    ? ''
    : `${toText(lines)
        .slice(0, bytes - 1)
        .replaceAll(/.$/g, ':')}\n`
}

const TINY = ['a', 'b']

/** With few others, truncations and copies come more often. */
const FEW = ['rotate', 'copy', 'copyTruncate', 'truncate', 'replaceByLonger', 'writeToCopy']

export const collisionLaws: readonly CollisionLaw[] = [
  {
    title: 'each line of each of several small files that are alike arrives, from each of them',
    headers: [0, 12, 300].map(makeBanner),
    steps: { letters: TINY, mayRestart: true },
  },
  {
    title: 'each line of files with the same banner of more than a kilobyte arrives, and copies of them are recognised',
    headers: [1100, 1300].map(makeBanner),
    steps: { letters: ['x'], mayRestart: true },
  },
  {
    title:
      'each line of files with the same banner arrives, from each of them, where a few lines are written again and again',
    headers: [1100, 1300].map(makeBanner),
    steps: { letters: [...TINY, 'L'], mayRestart: true },
  },
  {
    title: 'each line of files that repeat the same bytes arrives, from each of them',
    headers: [toText(Array.from({ length: 110 }, () => SAME_LINE))],
    isPeriodic: true,
    steps: { letters: ['s'], mayRestart: true, without: ['writeOverEnd', 'reserve', 'cutReserve'] },
  },
  {
    title: 'each line of files with a byte order mark and the same banner arrives',
    headers: [`\ufeff${makeBanner(1100)}`],
    steps: { letters: [...TINY, 'x'], mayRestart: true },
  },
  {
    title: 'each line of files with a hole and the same banner arrives',
    headers: [`${'\0'.repeat(1500)}${makeBanner(1100)}`],
    steps: { letters: [...TINY, 'x'], mayRestart: true },
  },
  {
    title: 'each line of files that begin and end alike arrives, from each of them',
    headers: [makeBanner(1100)],
    steps: { letters: [...TINY, 'L', 'L'], mayRestart: false, only: FEW },
  },
  {
    title: 'each line of UTF-16 files with the same banner arrives',
    headers: [`\ufeff${makeBanner(700)}`],
    encoding: 'utf16le',
    steps: {
      letters: [...TINY, 'x'],
      mayRestart: true,
      without: ['reserve', 'cutReserve', 'keepTail', 'writeOverEnd'],
    },
  },
]

export interface Search {
  readonly makeDir: () => Promise<string>
  readonly numRuns: number
  /** Instead of a number of runs. */
  readonly seconds?: number
  readonly seed?: number
  /** The first list of steps is described, as it is. */
  readonly isFirst?: boolean
}

interface Case {
  readonly setting: Setting
  readonly steps: readonly CollisionStep[]
}

/** Returns a description of the shortest list of steps found after which the law does not hold. */
export async function findCounterexample(law: CollisionLaw, search: Search): Promise<string | undefined> {
  const { makeDir, seconds = 0 } = search
  const property = fc.asyncProperty(anyCase(law), async one => runCase(one, await makeDir()))
  const result = await fc.check(property, {
    ...(seconds > 0
      ? { numRuns: 1_000_000_000, interruptAfterTimeLimit: seconds * 1000, markInterruptAsFailure: false }
      : { numRuns: search.numRuns }),
    endOnFailure: search.isFirst === true,
    ...(search.seed === undefined ? {} : { seed: search.seed }),
  })
  if (!result.failed || result.counterexample === null) return undefined
  const [{ setting, steps }] = result.counterexample
  const { header, ...rest } = setting
  const error = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance)
  const lines = [
    `seed ${result.seed}, run ${result.numRuns}, path ${result.counterexamplePath}`,
    error,
    `banner of ${Buffer.byteLength(header)} bytes, ${JSON.stringify(rest)}`,
    ...steps.map(describeStep),
  ]
  return lines.join('\n')
}

function anyCase({ headers, encoding = 'utf8', isPeriodic = false, steps }: CollisionLaw): fc.Arbitrary<Case> {
  const rest = fc.record({
    header: fc.constantFrom(...headers),
    encoding: fc.constant(encoding),
    isPeriodic: fc.constant(isPeriodic),
    batchLines: fc.constantFrom(2048, 3, 1),
    maxOpenFiles: fc.oneof(
      { weight: 6, arbitrary: fc.constant(1000) },
      { weight: 2, arbitrary: fc.constantFrom(1, 2, 3) },
    ),
    descriptors: fc.oneof(
      { weight: 7, arbitrary: fc.constant(undefined) },
      { weight: 2, arbitrary: fc.constantFrom(2, 3) },
    ),
  })
  const followed = fc.constantFrom<Pick<Setting, 'groups' | 'startPosition'>>(
    { groups: 'one', startPosition: 'beginning' },
    { groups: 'two', startPosition: 'beginning' },
    { groups: 'one', startPosition: 'end' },
  )
  return fc.record({
    setting: fc.tuple(rest, followed).map(([one, other]) => ({ ...one, ...other })),
    steps: anySteps(steps),
  })
}

async function runCase({ setting, steps }: Case, dir: string): Promise<void> {
  const model = new CollisionsModel(dir, setting)
  await model.create()
  try {
    for (const step of steps) await model.do(step)
    await model.settle()
    model.check()
  } finally {
    await model.close()
  }
}
