import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { CATALOGUE } from '../../../../src/pipeline/compile/catalogue.ts'
import { renderProcessors } from '../../../../src/pipeline/reference/processors-page.ts'

const root = join(import.meta.dirname, '../../../..')

test('docs/processors.md matches the tables of options (if not, run make docs)', async t => {
  t.is(await readFile(join(root, 'docs/processors.md'), 'utf8'), renderProcessors())
})

test('every processor and option has a sentence', t => {
  for (const [name, { summary, options }] of Object.entries(CATALOGUE)) {
    t.regex(summary, /^[A-Z`].*\.$/su, name)
    for (const [option, { description }] of Object.entries(options))
      t.regex(description, /^.*[.)`]$/su, `${name}.${option}`)
  }
})
