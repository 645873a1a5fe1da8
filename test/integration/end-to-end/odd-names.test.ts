import { execFile } from 'node:child_process'
import { appendFile, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { forwarderCommand } from '../../helpers/process/roles.ts'
import { startShipping } from '../../helpers/process/shipping.ts'

const NAMES = [
  '[cloud][web-0].log',
  'a,b.log',
  'star*.log',
  'two**.log',
  'what?.log',
  '{one,two}.log',
  '!not.log',
  '+(plus).log',
  '@(at).log',
  'back\\slash.log',
  'ends with \\',
  'space and  spaces.log',
  'quote"\'`.log',
  '$HOME.log',
  '#hash.log',
  '~tilde.log',
  '-dash',
  'new\nline.log',
  'tab\t.log',
  '日本語 é.log',
  '[a-z]',
  '[!a].log',
  '(paren|pipe).log',
  '.hidden[1].log',
] as const

/** As for Go's filepath.Match. */
const escape = (name: string) => name.replaceAll(/[\\*?[\]{},!()@+|]/g, '\\$&')

const spellings = {
  literally: (name: string) => name,
  'with all special characters escaped': escape,
  'with escapes before a wildcard': (name: string) => `${escape(name.slice(0, -1))}?`,
} as const

for (const [spelling, spell] of Object.entries(spellings)) {
  test(`a file of any name that is written ${spelling} is found by check and followed through a rotation`, async t => {
    // A name that ends with a backslash has no escape for its last byte to be a wildcard's.
    const names = NAMES.filter(name => name !== 'ends with \\' || spell(name) === name)
    const patterns = names.map(name => `logs/${spell(name)}`.replaceAll('$', '$$$$'))
    const shipping = await startShipping(t, { patterns })
    for (const name of names) await writeFile(join(shipping.logs, name), `first of ${JSON.stringify(name)}\n`)
    const { stdout } = await promisify(execFile)(forwarderCommand, [
      'check',
      '--config',
      join(shipping.dir, 'agent.json'),
    ])
    t.notRegex(stdout, /matches nothing|match nothing/)
    t.regex(stdout, new RegExp(`\\b${names.length} files?\\b`))
    await shipping.startAgent()
    await shipping.waitForCount(names.length)
    for (const name of names) {
      const path = join(shipping.logs, name)
      await appendFile(path, `second of ${JSON.stringify(name)}\n`)
      await rename(path, `${path}.moved.1`)
      await writeFile(path, `third of ${JSON.stringify(name)}\n`)
    }
    await shipping.waitForCount(3 * names.length)
    const expected = names.flatMap(name =>
      ['first', 'second', 'third'].map(word => `${word} of ${JSON.stringify(name)}`),
    )
    t.deepEqual((await shipping.readMessages()).toSorted(), expected.toSorted())
    const paths = new Set((await shipping.readStored()).map(({ path }) => path))
    t.true(names.every(name => paths.has(join(shipping.logs, name))))
    await addsUpIn(t, shipping.agent)
    t.notRegex(await readFile(join(shipping.dir, 'agent.out'), 'utf8'), /"level":"(warn|error)"/)
  })
}
