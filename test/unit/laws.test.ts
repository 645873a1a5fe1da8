import test from 'ava'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const script = join(import.meta.dirname, '../helpers/sources/list-laws.ts')

async function list(): Promise<Map<string, string[]>> {
  const { stdout } = await promisify(execFile)(process.execPath, [script], { maxBuffer: 16 * 1024 * 1024 })
  const files = stdout.split('\n\n').map(block => block.trim().split('\n'))
  return new Map(
    files.filter(([path]) => path !== '').map(([path = '', ...titles]) => [path, titles.map(title => title.trim())]),
  )
}

test('every title is a law of at least three words, and no file has one twice', async t => {
  const laws = await list()
  t.true(laws.size > 100)
  t.true(laws.get('test/unit/flow/pump.test.ts')?.includes('no more batches are taken than may be in flight'))
  for (const [path, titles] of laws) {
    t.not(titles.length, 0, path)
    t.is(new Set(titles).size, titles.length, path)
    for (const title of titles) t.true(title.split(/\s+/).length >= 3, `${path}: ${title}`)
  }
})
