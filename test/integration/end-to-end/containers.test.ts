import { execFile } from 'node:child_process'
import { mkdir, rename, rm, symlink } from 'node:fs/promises'
import { closeSync, openSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { judgeLines, makeNumberedLine } from '../../helpers/files/numbered-lines.ts'
import { startShipping } from '../../helpers/process/shipping.ts'
import { patience } from '../../helpers/time/patience.ts'

const ROTATIONS = 8
const LINES_PER_MS = 2

/** What a runtime of containers writes, and its kubelet rotates: CRI lines behind a link. */
class Container {
  readonly #link: string
  readonly #pod: string
  #restarts = 0
  #fd: number
  #count = 0
  #generations: string[] = []

  private constructor(link: string, pod: string) {
    this.#link = link
    this.#pod = pod
    this.#fd = openSync(this.#path, 'a')
  }

  static async start(dir: string): Promise<Container> {
    const pod = join(dir, 'pods/shop_web-0_f3a1/web')
    const link = join(dir, 'containers/web-0_shop_web-0123abcd.log')
    await mkdir(pod, { recursive: true })
    await mkdir(dirname(link), { recursive: true })
    const container = new Container(link, pod)
    await symlink(container.#path, link)
    return container
  }

  get #path(): string {
    return join(this.#pod, `${this.#restarts}.log`)
  }

  get written(): number {
    return this.#count
  }

  /** Lines at their usual rate. */
  async write(milliseconds: number): Promise<void> {
    const endMs = performance.now() + milliseconds
    for (let dueMs = performance.now(); dueMs < endMs; await sleep(5)) {
      const lines = Math.max(0, Math.floor((performance.now() - dueMs) * LINES_PER_MS))
      for (let i = 0; i < lines; i++)
        writeSync(this.#fd, `2026-11-28T10:00:00.000000000Z stdout F ${makeNumberedLine(this.#count++)}\n`)
      dueMs += lines / LINES_PER_MS
    }
  }

  /** As kubelet: renamed, the runtime opens its log again soon after, and the generation before is compressed. */
  async rotate(): Promise<void> {
    const rotated = `${this.#path}.20261128-1000${String(this.#generations.length).padStart(2, '0')}`
    await rename(this.#path, rotated)
    await this.write(5)
    this.#reopen()
    await this.#compress(this.#generations.at(-1))
    this.#generations.push(rotated)
  }

  /** As the runtime when a container starts again: another file, and the link leads there. */
  async restart(): Promise<void> {
    this.#restarts++
    this.#reopen()
    const fresh = `${this.#link}.tmp`
    await symlink(this.#path, fresh)
    await rename(fresh, this.#link)
    await this.write(5)
  }

  #reopen(): void {
    closeSync(this.#fd)
    this.#fd = openSync(this.#path, 'a')
  }

  async #compress(path: string | undefined): Promise<void> {
    if (path === undefined) return
    await promisify(execFile)('sh', ['-c', 'gzip -c "$0" > "$0.tmp" && mv "$0.tmp" "$0.gz"', path])
    await rm(path)
  }

  close(): void {
    closeSync(this.#fd)
  }
}

interface Row {
  readonly law: string
  readonly pauseMs: number
  /** Whether the container starts again in this round; else its log is rotated. */
  readonly isRestart: (round: number) => boolean
}

const rows: readonly Row[] = [
  {
    law: 'each line of a container arrives once if its log is rotated behind the link again and again',
    pauseMs: 300,
    isRestart: () => false,
  },
  {
    law: 'each line of a container arrives once if rotations and other files behind the link take turns',
    pauseMs: 200,
    isRestart: round => round % 3 === 2,
  },
  {
    law: 'each line of a container arrives once if its link leads to another file again and again',
    pauseMs: 300,
    isRestart: () => true,
  },
]

async function shipContainer(t: ExecutionContext, { pauseMs, isRestart }: Row) {
  const shipping = await startShipping(t, { patterns: ['containers/*.log'] })
  const container = await Container.start(shipping.dir)
  t.teardown(() => container.close())
  await shipping.startAgent()
  for (let round = 0; round < ROTATIONS; round++) {
    const first = container.written
    await container.write(patience(pauseMs)) // a generation that was compressed before a look found it is not read
    if (!isRestart(round)) {
      await container.rotate()
      continue
    }
    await shipping.waitForMessage(makeNumberedLine(first)) // a file to which the link led between two looks is not known
    await container.write(20)
    await container.restart()
  }
  await container.write(pauseMs)
  await shipping.waitForMessage(makeNumberedLine(container.written - 1))
  const bytes = await addsUpIn(t, shipping.agent)
  const texts = (await shipping.readMessages()).map(message => message.split(' F ')[1] ?? '')
  return { found: judgeLines(texts, container.written), bytes }
}

for (const row of rows) {
  test(row.law, async t => {
    const { found, bytes } = await shipContainer(t, row)
    t.deepEqual({ ...found, missing: found.missing.length }, { twice: 0, strange: [], missing: 0 })
    t.is(bytes.lost.deleted, 0)
    t.is(bytes.lost.truncated, 0)
  })
}
