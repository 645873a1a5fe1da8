import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { WORKLOADS } from '../workloads/find-workload.ts'
import { formatGoals } from './goals.ts'
import type { Part } from './part.ts'
import { drawCpuParts } from './picture.ts'
import { formatTable } from './tables.ts'

const BEGIN = '<!-- made by make bench: begin -->'
const END = '<!-- made by make bench: end -->'

/** The order of the page. */
const SECTIONS: readonly (readonly [string, string])[] = [
  ['throughput', 'Throughput'],
  ['latency', 'Latency'],
  ['idle', 'Idle'],
  ['many-files', 'Many files'],
  ['start', 'Start'],
  ['cpu-parts', 'CPU by part'],
]
const PICTURE = 'cpu-by-part.svg'

/** Replaces the text between the markers, and the picture beside the page. */
export async function writePage(path: string, parts: readonly Part[]): Promise<void> {
  const page = await readFile(path, 'utf8')
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin === -1 || end < begin) throw new Error(`${basename(path)} lacks the lines "${BEGIN}" and "${END}"`)
  await writeFile(path, `${page.slice(0, begin + BEGIN.length)}\n\n${formatResults(parts)}\n\n${page.slice(end)}`)
  const cpuParts = parts.find(({ measure }) => measure === 'cpu-parts')
  if (cpuParts !== undefined) await writeFile(join(dirname(path), PICTURE), drawCpuParts(cpuParts))
}

const NOTE =
  '`× tuned` is the ratio to `filebeat-tuned`: the median over the rounds, and the lowest and the highest. Other figures are medians.'

export function formatResults(parts: readonly Part[]): string {
  const sections = SECTIONS.map(([measure, title]) => {
    const own = parts.filter(part => part.measure === measure).toSorted((a, b) => rankWorkload(a) - rankWorkload(b))
    return own.length === 0 ? [] : formatSection(title, own)
  })
  return [...formatMachines(parts), NOTE, '## Goals', formatGoals(parts), ...sections.flat()].join('\n\n')
}

/** Parts that have none keep their order. */
function rankWorkload({ key }: Part): number {
  return WORKLOADS.findIndex(({ name }) => key.startsWith(`throughput-${name}-`))
}

function formatMachines(parts: readonly Part[]): string[] {
  const machines = new Set(parts.map(({ machine }) => machine))
  return [...machines].map(machine => `Machine: ${machine}.`)
}

function formatSection(title: string, parts: readonly Part[]): string[] {
  const picture = parts[0]?.measure === 'cpu-parts' ? [`![${title}](${PICTURE})`] : []
  return [`## ${title}`, ...picture, formatTable(parts), parts.map(describePart).join('\n')]
}

function describePart({ title, description, rounds, date, commit, loads }: Part): string {
  const [start, end] = loads.map(load => load.toFixed(1))
  return `- ${title}: ${description}, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, on ${date}, commit ${commit}, load ${start} to ${end}`
}
