import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { loadConfig } from '../../../src/config/load.ts'
import { ConfigError } from '../../../src/config/text/problem.ts'
import { calmSurroundings, writeConfig } from '../../helpers/process/config-text.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/wrong-configurations')

interface Row {
  readonly subject: string
  readonly title: string
  readonly text: string
  readonly messages: readonly string[]
}

function readRows(file: string): Row[] {
  const [, ...entries] = readFileSync(join(fixtures, file), 'utf8').split('\n=== ')
  return entries.map(entry => {
    const [title = '', ...lines] = entry.trimEnd().split('\n')
    const text = lines.filter(line => !line.startsWith('=> ')).join('\n')
    return {
      subject: file.replace('.txt', ''),
      title,
      text,
      messages: lines.filter(line => line.startsWith('=> ')).map(line => line.slice(3)),
    }
  })
}

const rows = readdirSync(fixtures).flatMap(file => readRows(file))

const refused = test.macro<[Row]>({
  async exec(t, { text, messages }) {
    const path = await writeConfig(t, text)
    const error = t.throws(() => loadConfig(path, calmSurroundings), { instanceOf: ConfigError })
    t.deepEqual(error?.message.replaceAll(path, 'FILE').split('\n'), messages)
  },
  title: (_, { title }) => `a configuration with ${title} is refused with its error message`,
})

for (const row of rows) test(refused, row)

test('more than a hundred wrong configurations are tested, each with its message', t => {
  t.true(rows.length > 100)
  t.true(rows.every(({ messages }) => messages.length > 0))
})

test('no message about a wrong configuration shows a secret', t => {
  t.true(rows.some(({ text }) => text.includes('hunter2')))
  for (const { messages } of rows) t.notRegex(messages.join('\n'), /hunter|changeme|123456/u)
})
