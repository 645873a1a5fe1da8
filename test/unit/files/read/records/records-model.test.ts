import test, { type ExecutionContext } from 'ava'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import type { RecordSettings } from '../../../../../src/files/read/records/record-settings.ts'
import { LINE_TRUNCATED } from '../../../../../src/flow/line-batch.ts'
import { toLines, type SeenLine } from '../../../../helpers/files/followed.ts'
import { JournaledRuns } from '../../../../helpers/files/journaled-runs.ts'
import { joinAsReference, type ReferenceRules } from '../../../../helpers/files/reference-records.ts'
import { makeTempDir } from '../../../../helpers/files/temp-dir.ts'

type Step =
  | { readonly kind: 'write'; readonly text: string }
  | { readonly kind: 'look' | 'restart' | 'kill' | 'change' }
  | { readonly kind: 'ack'; readonly count: number }
  | { readonly kind: 'pass'; readonly milliseconds: number }

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(fc.constantFrom('a\n', ' b\n', ' ', 'skip', '\n', 'ab\r\n', ' end\n', 'é\n'), {
        minLength: 1,
        maxLength: 6,
      })
      .map(parts => ({ kind: 'write' as const, text: parts.join('') })),
  },
  { weight: 6, arbitrary: fc.constant({ kind: 'look' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ack' as const), count: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), milliseconds: fc.constantFrom(1, 4999, 5000) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'kill' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'change' as const }) },
)

const anyRules = fc.record({
  pattern: fc.constantFrom('^ ', '^a', '^$'),
  negate: fc.boolean(),
  match: fc.constantFrom('before' as const, 'after' as const),
  flushPattern: fc.constantFrom('end$', '^never$'),
  maxLines: fc.constantFrom(2, 3, 500),
  maxBytes: fc.constantFrom(9, 1000),
})

/** One file that grows, and what is sent of it. */
class Model {
  readonly #dir: string
  readonly #runs: JournaledRuns<SeenLine>
  #settings: RecordSettings
  text = ''
  /** The settings changed, or a record was not waited for. */
  isFreelyCut = false

  constructor(
    t: ExecutionContext,
    dir: string,
    how: { readonly settings: RecordSettings; readonly batchLines: number },
  ) {
    this.#dir = dir
    this.#settings = how.settings
    const paths = [join(dir, 'a.log')]
    const limits = { batchLines: how.batchLines, chunkBytes: 8 }
    const following = () => ({ groups: [{ paths, records: this.#settings }], limits })
    this.#runs = new JournaledRuns(t, { dir, following, read: toLines })
  }

  get records(): readonly SeenLine[] {
    return this.#runs.arrived
  }

  get hasResent(): boolean {
    return this.#runs.hasResent
  }

  async do(step: Step): Promise<void> {
    switch (step.kind) {
      case 'write':
        this.text += step.text
        return appendFile(join(this.#dir, 'a.log'), step.text)
      case 'look':
        return this.#runs.look()
      case 'ack':
        return this.#runs.ack(step.count)
      case 'pass':
        this.isFreelyCut = true
        return this.#runs.pass(step.milliseconds)
      case 'change':
        this.isFreelyCut = true
        this.#settings = { multiline: { how: 'indented', maxLines: 4, maxBytes: 100, timeoutMs: 5000 } }
        return this.#runs.startAgain('restart')
      case 'restart':
      case 'kill':
        return this.#runs.startAgain(step.kind)
    }
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 3; i++) {
      await this.#runs.look()
      this.#runs.pass(5000)
      await this.#runs.ack(Infinity)
    }
    const { unread, inFlight } = this.#runs.account()
    if (inFlight !== 0) throw new Error('something is in flight')
    const rest = this.text.length === 0 ? 0 : Buffer.byteLength(this.text.slice(this.text.lastIndexOf('\n') + 1))
    if (unread !== rest) throw new Error(`${unread} bytes are unread, not ${rest}`)
  }
}

const offsetIn = ({ id }: SeenLine) => Number(id.slice(id.lastIndexOf('-') + 1))
const isTruncated = ({ flags }: SeenLine) => (flags & LINE_TRUNCATED) !== 0
const linesOf = (text: string) => text.match(/[^\n]*\n/g) ?? []

const isSent = (line: string) => /a|é|^ |skip/.test(line) && !/skip|end/.test(line)

async function run(t: ExecutionContext, steps: readonly Step[], how: { settings: RecordSettings; batchLines: number }) {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'a.log'), '')
  const model = new Model(t, dir, how)
  for (const one of steps) await model.do(one)
  await model.settle()
  return model
}

function toSettings({ maxLines, maxBytes, ...how }: ReferenceRules, others: Omit<RecordSettings, 'multiline'> = {}) {
  return { multiline: { how, maxLines, maxBytes, timeoutMs: 5000 }, ...others }
}

test('records are sent once, under the offset of their first byte and with the same cut, over reads, timeouts, restarts and kills', async t => {
  let resent = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { minLength: 3, maxLength: 25 }),
      anyRules,
      fc.integer({ min: 1, max: 4 }),
      async (steps, rules, batchLines) => {
        const { records, text, hasResent, isFreelyCut } = await run(t, steps, {
          settings: toSettings(rules),
          batchLines,
        })
        if (hasResent) resent++
        const whole = Buffer.from(text.slice(0, text.lastIndexOf('\n') + 1))
        const inOrder = records.toSorted((a, b) => offsetIn(a) - offsetIn(b))
        // Each byte is in one record, which ends where the next one begins.
        for (const [i, record] of inOrder.entries()) {
          const end = inOrder[i + 1] === undefined ? whole.length : offsetIn(inOrder[i + 1]!)
          const bytes = whole.toString('utf8', offsetIn(record), end)
          t.is(record.text, bytes.replace(/\r?\n$/, ''))
        }
        t.is(inOrder[0] === undefined ? whole.length : offsetIn(inOrder[0]), 0)
        if (isFreelyCut) return
        const expected = joinAsReference(linesOf(whole.toString()), rules)
        t.deepEqual(
          inOrder.map(record => ({ text: record.text, isTruncated: isTruncated(record) })),
          expected.map(record => ({ text: record.text.replace(/\r?\n$/, ''), isTruncated: record.isTruncated })),
        )
      },
    ),
    { numRuns: Number(process.env['FILES_MODEL_RUNS'] ?? 60) },
  )
  t.true(resent > 0, 'no run sent anything again')
})

test('records that rules leave out are skipped over reads, restarts and kills, and all others are sent', async t => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { minLength: 3, maxLength: 25 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, batchLines) => {
        const settings = { includeLines: ['a', 'é', '^ ', 'skip'], excludeLines: ['skip', 'end'] }
        const kept = steps.filter(({ kind }) => kind !== 'change')
        const { records, text } = await run(t, kept, { settings, batchLines })
        const expected = linesOf(text).map(line => line.replace(/\r?\n$/, ''))
        const inOrder = records.toSorted((a, b) => offsetIn(a) - offsetIn(b))
        t.deepEqual(
          inOrder.map(record => record.text),
          expected.filter(isSent),
        )
      },
    ),
    { numRuns: Number(process.env['FILES_MODEL_RUNS'] ?? 60) },
  )
})
