import { findEncodingName, PLAIN_TEXT } from '../../encodings/text-form.ts'
import type { AgentConfig } from '../schema/agent-schema.ts'
import { MULTILINE_DEFAULTS } from '../values/multiline.ts'
import type { FileGroupSettings, MultilineSettings } from '../settings.ts'
import { toBytes, toMilliseconds } from './common-settings.ts'

type Group = AgentConfig['files'][number]

/** How the lines of a group become records; without members where each line is one. */
export function makeRecordSettings({
  multiline,
  includeLines,
  excludeLines,
  format,
  encoding,
  delimiter,
}: Group): Pick<
  FileGroupSettings,
  'multiline' | 'formatMultiline' | 'includeLines' | 'excludeLines' | 'format' | 'text'
> {
  const form = { encoding: findEncodingName(encoding) ?? PLAIN_TEXT.encoding, delimiter }
  const isPlain = form.encoding === PLAIN_TEXT.encoding && delimiter === PLAIN_TEXT.delimiter
  return {
    ...(format !== 'plain' && { format }),
    ...(!isPlain && { text: form }),
    ...(multiline !== undefined && { multiline: makeMultilineSettings(multiline) }),
    ...(format === 'auto' && { formatMultiline: makeLimits(MULTILINE_DEFAULTS) }),
    ...(includeLines && { includeLines }),
    ...(excludeLines && { excludeLines }),
  }
}

function makeMultilineSettings(multiline: NonNullable<Group['multiline']>): MultilineSettings {
  return { how: findHow(multiline), ...makeLimits(typeof multiline === 'string' ? MULTILINE_DEFAULTS : multiline) }
}

type Limits = Pick<Exclude<NonNullable<Group['multiline']>, string>, 'maxLines' | 'maxBytes' | 'timeout'>

function makeLimits({ maxLines, maxBytes, timeout }: Limits): Omit<MultilineSettings, 'how'> {
  return { maxLines, maxBytes: toBytes(maxBytes), timeoutMs: toMilliseconds(timeout) }
}

/** The checks saw to it that there is a pattern, or a name. */
function findHow(multiline: NonNullable<Group['multiline']>): MultilineSettings['how'] {
  if (typeof multiline === 'string') return multiline
  const { like, pattern = '', negate, match, flushPattern } = multiline
  return like ?? { pattern, negate, match, ...(flushPattern !== undefined && { flushPattern }) }
}
