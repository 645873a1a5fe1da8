import { lineCutterOf } from '../../file-form.ts'
import { type Chunk, wholeUnits } from '../chunk.ts'
import type { Cut } from '../line-splitter.ts'

/** The lines of a chunk, each one as it is in the file. */
export function cutChunkLines(chunk: Chunk, maxLines: number): Cut {
  const { file, isEnd } = chunk
  const cutter = lineCutterOf(file)
  file.reading.noteCutter(cutter)
  const { isFinal, isInsideLine: startsInsideLine } = file.reading
  const tail = isFinal && isEnd ? 'unterminated' : 'open'
  const cutting = { maxLineBytes: file.group.maxLineBytes, startsInsideLine, tail, maxLines } as const
  const text = textOf(chunk)
  return cutter.cut(tail === 'open' && cutter.unitBytes === 2 ? wholeUnits(text) : text, cutting)
}

/** Without NULs at the end of the file. */
export function textOf({ file, bytes }: Pick<Chunk, 'file' | 'bytes'>): Buffer {
  return bytes.subarray(0, Math.max(0, file.progress.text.end - file.position))
}
