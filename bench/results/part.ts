import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Column, Figures } from '../measures/measure.ts'
import { findSpread, type Spread } from '../report.ts'
import type { MissingSender } from '../senders/sender.ts'

/** The results of one measure: a file of its own, so that parts can be measured on their own. */
export interface Part {
  readonly key: string
  /** Parts of one measure are in one table. */
  readonly measure: string
  readonly title: string
  /** The input in numbers. */
  readonly description: string
  readonly columns: readonly Column[]
  readonly machine: string
  readonly commit: string
  readonly date: string
  /** At the start and at the end. */
  readonly loads: readonly [number, number]
  readonly rounds: number
  readonly senders: readonly PartSender[]
  readonly missing: readonly MissingSender[]
  readonly runs: readonly PartRun[]
}

export interface PartSender {
  readonly name: string
  readonly hasAcks: boolean
}

export interface PartRun {
  readonly sender: string
  readonly round: number
  readonly figures: Figures
}

export function findFigure(part: Part, sender: string, figure: string): Spread | undefined {
  return findSpread([...figuresByRound(part, sender, figure).values()])
}

/** Each ratio is that of two runs of one round, where conditions were the same. */
export function findRatio(part: Part, figure: string, { of, to }: { of: string; to: string }): Spread | undefined {
  const others = figuresByRound(part, to, figure)
  const ratios = [...figuresByRound(part, of, figure)].map(
    ([round, value]) => value / (others.get(round) ?? Number.NaN),
  )
  return findSpread(ratios.filter(Number.isFinite))
}

function figuresByRound({ runs }: Part, sender: string, figure: string): Map<number, number> {
  const own = runs.filter(run => run.sender === sender)
  const entries = own.map(({ round, figures }) => [round, figures[figure] ?? Number.NaN] as const)
  return new Map(entries.filter(([, value]) => Number.isFinite(value)))
}

export async function savePart(dir: string, part: Part): Promise<void> {
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, `${part.key}.json`), `${JSON.stringify(part, undefined, 1)}\n`)
}

/** All parts that have been measured, in the order of their names; 200 is before 1000. */
export async function loadParts(dir: string): Promise<Part[]> {
  const names = (await readdir(dir)).filter(name => name.endsWith('.json'))
  names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  return Promise.all(names.map(async name => JSON.parse(await readFile(join(dir, name), 'utf8')) as Part))
}
