import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { renderFormats } from '../../../../src/pipeline/reference/formats-page.ts'

const root = join(import.meta.dirname, '../../../..')

test('docs/formats.md matches the formats (if not, run make docs)', async t => {
  t.is(await readFile(join(root, 'docs/formats.md'), 'utf8'), renderFormats())
})
