import type { Utf16Order } from '../flow/line-batch.ts'
import { findLineCutter, type LineCutter } from './text/line-cutter.ts'
import { PLAIN_TEXT, type TextForm } from '../encodings/text-form.ts'
import type { FileGroup } from './contract.ts'
import type { Reading } from './reading.ts'

interface FileOfForm {
  readonly group: FileGroup
  readonly reading: Pick<Reading, 'encoding' | 'utf16'>
}

const UTF16 = { le: { ...PLAIN_TEXT, encoding: 'utf-16le' }, be: { ...PLAIN_TEXT, encoding: 'utf-16be' } } as const
const MARKED = { utf8: 'utf-8', le: 'utf-16le', be: 'utf-16be' } as const

/** The form of a file's text where its group has a setting of it. A byte order mark decides the encoding in any case. */
export function textFormOf({ group, reading: { encoding = 'bytes' } }: FileOfForm): TextForm | undefined {
  const configured = group.records?.text
  if (configured === undefined || encoding === 'bytes') return configured
  return { ...configured, encoding: MARKED[encoding] }
}

export function lineCutterOf(file: FileOfForm): LineCutter {
  return findLineCutter(textFormOf(file) ?? formByMark(file.reading.utf16))
}

/** The form without a setting of it. */
export function formByMark(utf16: Utf16Order | undefined): TextForm {
  return utf16 === undefined ? PLAIN_TEXT : UTF16[utf16]
}
