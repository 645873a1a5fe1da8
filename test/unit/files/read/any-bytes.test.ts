import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { appendFile, open, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, toLines, type Followed, type SeenLine } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { splitAsReference } from '../../../helpers/files/reference-lines.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

/** Nothing, a mark, half of one, or a hole. */
const anyStart = fc
  .constantFrom('', '', 'efbbbf', 'efbb', 'fffe', 'feff', 'ff', '0000000000000000')
  .map(hex => Buffer.from(hex, 'hex'))

type Step =
  | { readonly kind: 'append' | 'map'; readonly bytes: Uint8Array }
  | { readonly kind: 'look' | 'ack' | 'restart' | 'kill' }

const UTF16_MARK = /^(\xff\xfe|\xfe\xff)/

const PARTS = [
  [0],
  [0, 0, 0],
  [10],
  [13],
  [13, 10],
  [97],
  [97, 0],
  [10, 0],
  [0, 10],
  [13, 0, 10, 0],
  [0xef, 0xbb, 0xbf],
  [0xff],
  [0xfe],
]

const anyBytes = fc
  .array(fc.constantFrom(...PARTS), {
    minLength: 1,
    maxLength: 12,
  })
  .map(parts => Uint8Array.from(parts.flat()))

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('append' as const, 'map' as const), bytes: anyBytes }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('look' as const, 'look', 'ack', 'restart', 'kill') }),
  },
)

/** One file that is written in pieces: at its end, or over the NULs there, as through a memory map that is filled ahead. */
class Scene {
  readonly #t: ExecutionContext
  readonly #dir: string
  readonly #path: string
  #state = new MemoryState()
  #followed: Followed
  readonly seen = new Map<number, SeenLine>()
  hasResent = false

  constructor(t: ExecutionContext, dir: string) {
    this.#t = t
    this.#dir = dir
    this.#path = join(dir, 'a.log')
    this.#followed = this.#follow()
  }

  async do(step: Step): Promise<void> {
    if (step.kind === 'append') await appendFile(this.#path, step.bytes)
    if (step.kind === 'map') await this.#map(step.bytes)
    if (step.kind === 'look') await this.look()
    if (step.kind === 'ack') this.#followed.ackAll()
    if (step.kind === 'restart') await this.#restart(() => this.#state.copy())
    if (step.kind === 'kill') await this.#restart(() => this.#state.afterKill())
  }

  async look(): Promise<void> {
    for (const line of (await this.#followed.look()).flatMap(toLines)) this.#take(line)
  }

  check(bytes: Buffer): void {
    const lines = [...this.seen].sort(([a], [b]) => a - b)
    const expected = splitAsReference(bytes)
    this.#t.deepEqual(
      lines.map(([offset, { text, flags }]) => ({ offset, text, flags })),
      expected,
    )
    const status = this.#followed.source.status()
    addsUp(this.#t, status)
    this.#t.is(status.truncations, 0)
  }

  async close(): Promise<void> {
    await this.#followed.source.close()
  }

  /** A line has one id in all runs that send it before it is acked, and one text. */
  #take(line: SeenLine): void {
    const offset = Number(line.id.slice(17))
    const earlier = this.seen.get(offset)
    if (earlier !== undefined) {
      this.#t.deepEqual(line, earlier)
      this.hasResent = true
    }
    this.seen.set(offset, line)
  }

  #follow(): Followed {
    return follow(this.#t, this.#dir, { state: this.#state, limits: { batchLines: 2, chunkBytes: 7 } })
  }

  async #restart(state: () => MemoryState): Promise<void> {
    const next = state()
    next.makeDurable()
    await this.close()
    this.#state = next
    this.#followed = this.#follow()
  }

  /** Over the NULs at the end, with more of them behind it. */
  async #map(bytes: Uint8Array): Promise<void> {
    const old = await readFile(this.#path)
    let end = old.findLastIndex(byte => byte !== 0) + 1
    const isUtf16 = UTF16_MARK.test(Buffer.concat([old.subarray(0, end), bytes]).toString('latin1'))
    // Half of a unit would be seen with a NUL as its other half.
    if (isUtf16) end += end % 2
    const whole = isUtf16 && bytes.length % 2 === 1 ? Buffer.concat([bytes, Buffer.from('a')]) : bytes
    const file = await open(this.#path, 'r+')
    await file.write(whole, 0, whole.length, end)
    await file.close()
    await truncate(this.#path, Math.max(old.length, end + whole.length + 20))
  }
}

test('any bytes, written in any pieces and over NULs, with restarts between, are cut as the whole file is', async t => {
  const covered = { resent: 0, behindHole: 0, utf8Mark: 0, utf16: 0, padded: 0 }
  await fc.assert(
    fc.asyncProperty(anyStart, fc.array(anyStep, { minLength: 3, maxLength: 30 }), async (start, steps) => {
      const dir = await makeTempDir(t)
      await writeFile(join(dir, 'a.log'), start)
      const scene = new Scene(t, dir)
      try {
        for (const step of steps) await scene.do(step)
        await scene.look()
        const bytes = await readFile(join(dir, 'a.log'))
        scene.check(bytes)
        if (scene.seen.size === 0) return
        const head = bytes.toString('hex', 0, 3)
        if (scene.hasResent) covered.resent++
        if (head.startsWith('00')) covered.behindHole++
        if (head === 'efbbbf') covered.utf8Mark++
        if (/^(fffe|feff)/.test(head)) covered.utf16++
        if (bytes.at(-1) === 0) covered.padded++
      } finally {
        await scene.close()
      }
    }),
    { numRuns: Number(process.env['ANY_BYTES_RUNS'] ?? 150), endOnFailure: false },
  )
  for (const [kind, runs] of Object.entries(covered)) t.true(runs > 0, `no run had lines of the kind ${kind}`)
})
