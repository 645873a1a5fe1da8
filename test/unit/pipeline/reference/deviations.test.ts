import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'

const root = join(import.meta.dirname, '../../../..')

async function readRows(folder: string): Promise<readonly string[]> {
  const names = (await readdir(join(root, folder))).filter(name => name.endsWith('.ts'))
  const texts = await Promise.all(names.map(name => readFile(join(root, folder, name), 'utf8')))
  return texts.flatMap(text => [...text.matchAll(/\brow: '([^']+)'/gu)].map(([, row = '']) => row))
}

test('every deviation from Elasticsearch that a comparison accepts is in the table of docs/pipeline.md', async t => {
  const page = await readFile(join(root, 'docs/pipeline.md'), 'utf8')
  const rows = [
    ...(await readRows('test/integration/pipeline/comparisons')),
    ...(await readRows('test/helpers/pipeline/differential')),
  ]
  t.true(rows.length > 0)
  t.deepEqual(
    rows.filter(row => !page.includes(`\n| ${row} |`)),
    [],
  )
})
