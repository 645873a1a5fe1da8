// Differences that several processors have; docs/pipeline.md gives the reasons.
import type { Deviation } from './comparison.ts'

/** Elasticsearch fails with a message that names an object of its template engine. */
export const templateOutside: Deviation = {
  row: 'templates',
  isExpected: ({ theirs }) =>
    theirs.kind === 'failed' && theirs.message.startsWith('Error running com.github.mustache'),
}

/** Half a character of UTF-16 is not text. */
export const charactersBeyond: Deviation = {
  row: 'gsub, kv, split: characters beyond U+FFFF',
  isExpected: ({ theirs }) => theirs.kind === 'document' && /\\ud[89a-f]/u.test(theirs.json),
}
