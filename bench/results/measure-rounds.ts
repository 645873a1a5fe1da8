import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describeHardware, readCommit, readLoad } from '../machine.ts'
import type { Figures, Measure } from '../measures/measure.ts'
import type { Site } from '../scene.ts'
import type { FoundSenders } from '../senders/find-senders.ts'
import type { Sender } from '../senders/sender.ts'
import type { Part, PartRun } from './part.ts'

export interface PartOptions extends FoundSenders {
  readonly site: Site
  readonly rounds: number
  readonly log: (message: string) => void
}

/** The senders take turns on the same input, which is deleted at the end. Gives the results so far after each round. */
export async function* measureRounds(measure: Measure, options: PartOptions): AsyncGenerator<Part> {
  const { senders, missing } = selectSenders(measure, options)
  const dir = await mkdtemp(join(options.site.dir, 'input-'))
  const { key, name, title, columns } = measure
  const load = readLoad()
  try {
    const { description, run } = await measure.prepare({ ...options.site, dir })
    const fixed = { key, measure: name, title, description, columns, missing, ...(await describeSurroundings()) }
    options.log(`${title}: ${description}, ${options.rounds} rounds`)
    const runs: PartRun[] = []
    for (let round = 0; round < options.rounds; round++) {
      runs.push(...(await measureRound(turn(senders, round), round, { ...options, run })))
      const names = senders.map(({ name: sender, hasAcks }) => ({ name: sender, hasAcks }))
      yield { ...fixed, loads: [load, readLoad()], rounds: round + 1, senders: names, runs: [...runs] }
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function describeSurroundings(): Promise<Pick<Part, 'machine' | 'commit' | 'date'>> {
  return { machine: describeHardware(), commit: await readCommit(), date: new Date().toISOString().slice(0, 10) }
}

interface RunOptions extends PartOptions {
  readonly run: (sender: Sender) => Promise<Figures>
}

async function measureRound(senders: readonly Sender[], round: number, options: RunOptions): Promise<PartRun[]> {
  const runs: PartRun[] = []
  for (const sender of senders) {
    options.site.stop.throwIfAborted()
    const figures = await options.run(sender)
    options.log(`  round ${round + 1}: ${sender.name} ${describeFigures(figures)}`)
    runs.push({ sender: sender.name, round, figures })
  }
  return runs
}

function selectSenders({ isOfForwarder, isOfPackaging }: Measure, { senders, missing }: FoundSenders): FoundSenders {
  const packaged = senders.filter(({ isInstalled }) => isOfPackaging || !isInstalled)
  return isOfForwarder
    ? { senders: packaged.filter(({ isForwarder }) => isForwarder), missing: [] }
    : { senders: packaged, missing }
}

/** Each round begins with another sender, so that none always follows the same one. */
function turn(senders: readonly Sender[], round: number): readonly Sender[] {
  const shift = round % Math.max(1, senders.length)
  return [...senders.slice(shift), ...senders.slice(0, shift)]
}

function describeFigures(figures: Figures): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value.toPrecision(4)}`)
    .join(', ')
}
