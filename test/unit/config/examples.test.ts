import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { loadConfig } from '../../../src/config/load.ts'
import { renderReference } from '../../../src/config/reference/reference-page.ts'
import { calmSurroundings as calm, writeConfig } from '../../helpers/process/config-text.ts'

const root = join(import.meta.dirname, '../../..')

const examples = {
  'forwarder.json': 'agent',
  'collector.json': 'collector',
  'fleet/forwarder.json': 'agent',
  'fleet/collector.json': 'collector',
  'fleet/ca.json': 'ca',
  'packaged/collector.json': 'collector',
  'packaged/ca.json': 'ca',
} as const

test('every example configuration loads without warnings', t => {
  for (const [file, role] of Object.entries(examples)) {
    const { settings, warnings } = loadConfig(join(root, 'config', file), {
      ...calm,
      environment: { ELASTICSEARCH_PASSWORD: 'x' },
    })
    t.is(settings.role, role)
    t.deepEqual(warnings, [])
  }
})

test('every example configuration in the tree is tested', async t => {
  const files = await readdir(join(root, 'config'), { recursive: true })
  const tried = [...Object.keys(examples), 'packaged/forwarder.json']
  t.deepEqual(files.filter(file => file.endsWith('.json')).toSorted(), tried.toSorted())
})

test("the comments of the collector's example load as well", async t => {
  const text = await readFile(join(root, 'config/collector.json'), 'utf8')
  const other = text
    .replace(/"store": \{\n {4}"type": "embedded"[^]*?\n {2}\}\n/u, '')
    .replaceAll(/^ {2}# (?= *["}])/gmu, '  ')
    .replaceAll(/^ {2}# {2,3}(?=")/gmu, '  ')
  const path = await writeConfig(
    t,
    other.replace('"passwordFile": "/etc/forwarder/elasticsearch.password"', '"password": "x"'),
  )
  const { settings } = loadConfig(path, calm)
  t.true(settings.role === 'collector' && settings.store.type === 'elasticsearch')
})

test('docs/configuration.md matches the schema (if not, run make docs)', async t => {
  t.is(await readFile(join(root, 'docs/configuration.md'), 'utf8'), renderReference())
})

test('the reference page names every default beside its setting', t => {
  const page = renderReference()
  t.regex(page, /\| `spoolSize` \| a whole number from 1 to 10000 \| `8192` \|/u)
  t.regex(page, /\| `"dead time"` \|.*\| `"24h"` \|/u)
  t.regex(page, /\| `paths` \|.*\| \*\*required\*\* \|/u)
  t.regex(page, /### `store` of type `elasticsearch`/u)
})
