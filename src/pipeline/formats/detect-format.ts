// Which format a file has, by its first lines: for an agent, which imports no processor for it.
import { FORMATS } from './catalogue.ts'
import type { Format } from './format.ts'

export interface FormatSample {
  /** The first lines or records of the file. */
  readonly lines: readonly string[]
  /** The path of the file: it decides between formats that look alike. */
  readonly path?: string
}

/** A format is recognised if at least this part of the lines looks like it. Others may be parts of records. */
const MIN_SHARE = 0.5
/** A line is looked at up to here: a look needs its beginning, mostly. */
const MAX_LINE_CHARACTERS = 16 * 1024

/** The name of the format; undefined if the lines look like none, or there are none. */
export function detectFormat({ lines, path = '' }: FormatSample): string | undefined {
  const looked = lines.filter(line => line.trim() !== '' && line.length <= MAX_LINE_CHARACTERS)
  if (looked.length === 0) return undefined
  const counts = FORMATS.map(format => ({ format, share: countLike(format, looked) / looked.length }))
  const best = Math.max(...counts.map(({ share }) => share))
  if (best < MIN_SHARE) return undefined
  const alike = counts.filter(({ share }) => share === best).map(({ format }) => format)
  return (alike.find(({ paths }) => paths?.test(path)) ?? alike[0])?.name
}

function countLike(format: Format, lines: readonly string[]): number {
  return lines.filter(line => format.variants.some(({ looks, recognises = looks }) => recognises.test(line))).length
}
