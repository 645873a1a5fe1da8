// The manual: node packaging/man/pages.ts DIRECTORY
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { root } from '../bundle.ts'
import { findNewest } from '../release/changelog.ts'
import { renderConfiguration } from './forwarder-json-5.ts'
import { renderProgram } from './forwarder-1.ts'
import { page } from './roff.ts'

export interface Page {
  /** Such as `forwarder.1`. */
  readonly file: string
  readonly section: number
  readonly text: string
}

/** The same sources make the same pages: their date is that of the release, or SOURCE_DATE_EPOCH. */
export async function renderPages(): Promise<Page[]> {
  const { version } = manifest
  const date = chooseDate(process.env['SOURCE_DATE_EPOCH'], await readFile(join(root, 'CHANGELOG.md'), 'utf8'))
  const facts = { version, date }
  return [
    render({ name: 'forwarder', section: 1, manual: 'User Commands', ...facts }, renderProgram()),
    render({ name: 'forwarder.json', section: 5, manual: 'File Formats', ...facts }, renderConfiguration()),
  ]
}

/** Empty before the first release. */
export function chooseDate(epoch: string | undefined, changelog: string): string {
  if (epoch !== undefined && /^\d{1,11}$/u.test(epoch)) return new Date(Number(epoch) * 1000).toISOString().slice(0, 10)
  return findNewest(changelog)?.date ?? ''
}

function render(head: Parameters<typeof page>[0], parts: readonly string[]): Page {
  const { name, section } = head
  return { file: `${name}.${section}`, section, text: page(head, parts) }
}

if (import.meta.main) {
  const [dir = join(root, 'build/man')] = process.argv.slice(2)
  await mkdir(dir, { recursive: true })
  for (const { file, text } of await renderPages()) await writeFile(join(dir, file), text)
}
