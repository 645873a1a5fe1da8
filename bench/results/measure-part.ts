import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describeHardware, readCommit, readLoad } from '../machine.ts'
import type { Measure } from '../measures/measure.ts'
import type { Site } from '../scene.ts'
import type { FoundSenders } from '../senders/find-senders.ts'
import type { Sender } from '../senders/sender.ts'
import type { Part, PartRun } from './part.ts'

export interface PartOptions extends FoundSenders {
  readonly site: Site
  readonly rounds: number
  readonly log: (message: string) => void
}

/** The senders take turns on the same input, which is deleted at the end. */
export async function measurePart(measure: Measure, options: PartOptions): Promise<Part> {
  const { rounds, log } = options
  const { senders, missing } = selectSenders(measure, options)
  const dir = await mkdtemp(join(options.site.dir, 'input-'))
  const load = readLoad()
  try {
    const { description, run } = await measure.prepare({ ...options.site, dir })
    log(`${measure.title}: ${description}, ${rounds} rounds`)
    const runs: PartRun[] = []
    for (const { sender, round } of takeTurns(senders, rounds)) {
      options.site.stop.throwIfAborted()
      const figures = await run(sender)
      log(`  round ${round + 1}: ${sender.name} ${describeFigures(figures)}`)
      runs.push({ sender: sender.name, round, figures })
    }
    const { key, name, title, columns } = measure
    return {
      key,
      measure: name,
      title,
      description,
      columns,
      machine: describeHardware(),
      commit: await readCommit(),
      date: new Date().toISOString().slice(0, 10),
      loads: [load, readLoad()],
      rounds,
      missing,
      runs,
      senders: senders.map(({ name: sender, hasAcks }) => ({ name: sender, hasAcks })),
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

function selectSenders({ isOfForwarder, isOfPackaging }: Measure, { senders, missing }: FoundSenders): FoundSenders {
  const packaged = senders.filter(({ isInstalled }) => isOfPackaging || !isInstalled)
  return isOfForwarder
    ? { senders: packaged.filter(({ isForwarder }) => isForwarder), missing: [] }
    : { senders: packaged, missing }
}

/** Each round begins with another sender, so that none always follows the same one. */
function takeTurns(senders: readonly Sender[], rounds: number): { sender: Sender; round: number }[] {
  return Array.from({ length: rounds }, (_, round) => {
    const shift = round % Math.max(1, senders.length)
    return [...senders.slice(shift), ...senders.slice(0, shift)].map(sender => ({ sender, round }))
  }).flat()
}

function describeFigures(figures: Readonly<Record<string, number>>): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value.toPrecision(4)}`)
    .join(', ')
}
