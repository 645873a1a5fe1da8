import { findEncodingName, PLAIN_TEXT } from '../../encodings/text-form.ts'
import { scalarText, type Settings } from './dotted-settings.ts'

/** Inputs that read the logs of containers. */
export const CONTAINER_TYPES: ReadonlySet<string> = new Set(['container', 'docker'])

/** The settings that say how lines are written. */
export const TEXT_SETTINGS = ['encoding', 'format', 'stream', 'line_terminator'] as const

interface TextForm {
  readonly format?: string
  readonly encoding?: string
  readonly delimiter?: string
}

/** Filebeat's names of encodings that the WHATWG does not have, or has for another one. */
const NAMES: Readonly<Record<string, string>> = {
  plain: 'utf-8',
  '': 'utf-8',
  'utf-16le-bom': 'utf-16le',
  'utf-16be-bom': 'utf-16be',
}
const DELIMITERS: Readonly<Record<string, string>> = {
  auto: '\n',
  line_feed: '\n',
  carriage_return_line_feed: '\n',
  carriage_return: '\r',
  null_terminator: '\0',
  vertical_tab: '\v',
  form_feed: '\f',
  next_line: '\u0085',
  line_separator: '\u2028',
  paragraph_separator: '\u2029',
}

/** How the lines of an input are written; a text where forwarder cannot read them. */
export function readTextForm(settings: Settings, isContainer: boolean): TextForm | string {
  const stream = scalarText(settings.get('stream'), 'all')
  if (isContainer && stream !== 'all') return `it takes only the stream ${stream}, and forwarder takes both`
  if (isContainer) return { format: readFormat(scalarText(settings.get('format'), 'auto')) }
  const label = scalarText(settings.get('encoding'), '').toLowerCase()
  const encoding = findEncodingName(NAMES[label] ?? label)
  if (encoding === undefined) return `its files are in ${label}, which is not an encoding that can be read`
  const delimiter = DELIMITERS[scalarText(settings.get('line_terminator'), 'auto')] ?? PLAIN_TEXT.delimiter
  return {
    ...(encoding !== PLAIN_TEXT.encoding && { encoding }),
    ...(delimiter !== PLAIN_TEXT.delimiter && { delimiter }),
  }
}

function readFormat(format: string): string {
  if (format === 'cri') return 'cri'
  return format === 'docker' ? 'docker' : 'auto'
}
