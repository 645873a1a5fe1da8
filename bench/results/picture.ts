import { CPU_PARTS, type CpuPart } from '../measures/cpu-parts.ts'
import { findFigure, type Part } from './part.ts'
import { formatNumber } from './tables.ts'

const WIDTH = 900
const MARGIN = 10
const LEFT = 180
const RIGHT = 70
const BAR_HEIGHT = 44
const ROW_HEIGHT = 78
const HEADING_HEIGHT = 34
const LEGEND_HEIGHT = 66
const MIN_LABEL_WIDTH = 34

/** Paul Tol's light colours: readable beneath dark text, and distinguishable without telling red from green. */
const COLOURS: Readonly<Record<CpuPart, string>> = {
  start: '#dddddd',
  read: '#77aadd',
  encode: '#ee8866',
  compress: '#44bb99',
  tls: '#ffaabb',
  journal: '#eedd88',
  gc: '#bbcc33',
  rest: '#99ddff',
}

/** One bar for each sender: CPU seconds per GB, medians, by part. */
export function drawCpuParts(part: Part): string {
  const bars = part.senders.map(({ name }) => ({ name, segments: findSegments(part, name) }))
  const longest = Math.max(...bars.map(({ segments }) => segments.at(-1)?.end ?? 0))
  const scale = (WIDTH - LEFT - RIGHT) / longest
  const height = HEADING_HEIGHT + bars.length * ROW_HEIGHT + LEGEND_HEIGHT
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${part.title}</title>`,
    '<style>text { font: 14px sans-serif; fill: #222 } .in { font-size: 12px; text-anchor: middle }</style>',
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="${MARGIN}" y="24">${part.title}</text>`,
    ...bars.flatMap(({ name, segments }, row) =>
      drawBar(name, segments, { top: HEADING_HEIGHT + row * ROW_HEIGHT + 8, scale }),
    ),
    ...drawLegend(height - LEGEND_HEIGHT + 6),
    '</svg>',
    '',
  ].join('\n')
}

interface Segment {
  readonly part: CpuPart
  readonly begin: number
  readonly end: number
}

function findSegments(part: Part, sender: string): Segment[] {
  let end = 0
  return (Object.keys(CPU_PARTS) as CpuPart[]).map(name => {
    const begin = end
    end += findFigure(part, sender, name)?.middle ?? 0
    return { part: name, begin, end }
  })
}

function drawBar(name: string, segments: readonly Segment[], { top, scale }: { top: number; scale: number }): string[] {
  const middle = top + BAR_HEIGHT / 2 + 5
  const sum = segments.at(-1)?.end ?? 0
  const boxes = segments.map(({ part, begin, end }) => {
    const [left, width] = [LEFT + begin * scale, (end - begin) * scale]
    const box = `<rect x="${left.toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" fill="${COLOURS[part]}"/>`
    if (width < MIN_LABEL_WIDTH) return box
    return `${box}<text class="in" x="${(left + width / 2).toFixed(1)}" y="${middle}">${formatNumber(end - begin, 1)}</text>`
  })
  const label = `<text x="${MARGIN}" y="${middle}">${name}</text>`
  const total = `<text x="${(LEFT + sum * scale + 8).toFixed(1)}" y="${middle}">${formatNumber(sum, 1)}</text>`
  return [label, ...boxes, total]
}

const LEGEND_COLUMNS = 4

function drawLegend(top: number): string[] {
  return Object.entries(CPU_PARTS).map(([part, text], i) => {
    const x = LEFT + (i % LEGEND_COLUMNS) * 170
    const y = top + Math.floor(i / LEGEND_COLUMNS) * 24
    const colour = COLOURS[part as CpuPart]
    return `<rect x="${x}" y="${y}" width="14" height="14" fill="${colour}"/><text x="${x + 20}" y="${y + 12}">${text}</text>`
  })
}
