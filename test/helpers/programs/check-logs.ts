import type { ExecutionContext } from 'ava'
import type { Fields } from '../../../src/pipeline/document/value.ts'
import { detectFormat } from '../../../src/pipeline/formats/detect-format.ts'
import { parseLog } from './parse-log.ts'
import type { ProgramLog } from './program.ts'

/** Each log has lines, every one is parsed, and the first ones show the format; returns the documents of all. */
export function checkLogs(t: ExecutionContext, logs: readonly ProgramLog[]): readonly Fields[] {
  return logs.flatMap(log => {
    const { documents, unparsed } = parseLog(log)
    t.deepEqual(unparsed, [], `${log.name} has lines that the format ${log.format} does not take`)
    t.true(documents.length > 0, `${log.name} is empty`)
    t.is(detectFormat({ lines: log.text.split('\n').slice(0, 20), path: log.name }), log.format, log.name)
    for (const document of documents) checkDocument(t, document)
    return documents
  })
}

function checkDocument(t: ExecutionContext, document: Fields): void {
  const text = JSON.stringify(document)
  t.regex(text, /"dataset":"[a-z_]+\.[a-z_]+"/u)
  t.false(text.includes('_parsed') || text.includes('date_failure'), text)
}

/** Each value is that of the path, such as `log.level`, in some document. */
export function hasValues(
  t: ExecutionContext,
  documents: readonly Fields[],
  expected: Readonly<Record<string, readonly unknown[]>>,
): void {
  for (const [path, values] of Object.entries(expected)) {
    const found = new Set(documents.map(document => valueOf(document, path)))
    const missing = values.filter(value => !found.has(value))
    t.deepEqual(missing, [], `${path} is ${JSON.stringify([...found].slice(0, 30))}`)
  }
}

function valueOf(document: Fields, path: string): unknown {
  let value: unknown = document
  for (const name of path.split('.')) value = (value as Fields | undefined)?.[name]
  return value
}
