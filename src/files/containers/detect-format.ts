import { readCriLine } from './cri-line.ts'
import { readDockerLine } from './docker-line.ts'

/** What is known of a file when its format is chosen. */
export interface FileSample {
  readonly paths: readonly string[]
  /** Its first lines, without their terminators. */
  readonly lines: readonly Buffer[]
}

export interface FormatDetector {
  /** Stays on record: the name of a format never changes its meaning. */
  readonly name: string
  readonly fits: (sample: FileSample) => boolean
  /** Sent with each event of such a file. */
  readonly dataset?: string
}

/** Nothing fits: each line is an event. */
export const PLAIN_FORMAT = 'plain'

export const MAX_SAMPLE_LINES = 20

/** In this order; the first that fits is taken. */
export const FORMAT_DETECTORS: readonly FormatDetector[] = [
  { name: 'cri', fits: ({ lines }) => areMost(lines, line => readCriLine(line, 0, line.length) !== undefined) },
  { name: 'docker', fits: ({ lines }) => areMost(lines, line => readDockerLine(line, 0, line.length) !== undefined) },
]

/** The name of the first format that fits. */
export function detectFormat(sample: FileSample, detectors = FORMAT_DETECTORS): string {
  return detectors.find(({ fits }) => fits(sample))?.name ?? PLAIN_FORMAT
}

/** Undefined where none is sent. */
export function datasetOf(format: string, detectors = FORMAT_DETECTORS): string | undefined {
  return detectors.find(({ name }) => name === format)?.dataset
}

/** At least the half of them, so that a damaged one decides nothing. */
function areMost(lines: readonly Buffer[], fits: (line: Buffer) => boolean): boolean {
  return lines.length > 0 && lines.filter(fits).length * 2 >= lines.length
}
