import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Comparison } from './comparison.ts'

const folder = join(import.meta.dirname, '../../../integration/pipeline/comparisons')

/** Those of all files in the folder; read here, since AVA wants its tests declared at once. */
export const allComparisons: readonly Comparison[] = await readAll()

async function readAll(): Promise<readonly Comparison[]> {
  const files = (await readdir(folder)).filter(name => name.endsWith('.ts')).sort()
  const modules = await Promise.all(files.map(name => import(join(folder, name)) as Promise<ComparisonFile>))
  return modules.flatMap(({ comparisons }) => comparisons)
}

interface ComparisonFile {
  readonly comparisons: readonly Comparison[]
}
