import test from 'ava'
import { loadAgentConfig, loadCollectorConfig } from '../../../src/config/load.ts'
import { ConfigError } from '../../../src/config/text/problem.ts'
import { MAX_FIELDS_BYTES } from '../../../src/config/values/event-bounds.ts'
import { calmSurroundings as calm, writeConfig } from '../../helpers/process/config-text.ts'

/** The second entry of files has `bytes` bytes of fields in all. */
function makeConfigWithFields(bytes: number): string {
  return JSON.stringify({
    network: { servers: ['logs:5043'], tls: false },
    fields: { a: 'x'.repeat(bytes / 2) },
    files: [{ paths: ['/a'] }, { paths: ['/b'], fields: { b: 'y'.repeat(bytes / 2) } }],
  })
}

test('fields and host that no collector would take with a line are refused, with their size', async t => {
  const fits = await writeConfig(t, makeConfigWithFields(MAX_FIELDS_BYTES - 100))
  t.is(loadAgentConfig(fits, calm).settings.files.length, 2)
  const path = await writeConfig(t, makeConfigWithFields(MAX_FIELDS_BYTES))
  const error = t.throws(() => loadAgentConfig(path, calm), { instanceOf: ConfigError })
  t.is(error.problems.length, 1)
  t.regex(error.message, /fields and files\[1\]\.fields with host: \d+ bytes as JSON would be in each event/u)
})

test('a collector that takes less than agents may send is warned', async t => {
  const load = async (eventBytes: string) =>
    loadCollectorConfig(await writeConfig(t, JSON.stringify({ listen: '127.0.0.1', limits: { eventBytes } })), {
      ...calm,
      isRoot: true,
    }).warnings.map(({ message }) => message)
  t.deepEqual(await load('16MiB'), [])
  t.deepEqual(await load('1MiB'), [
    'limits.eventBytes (1MiB) is less than 16MiB: agents may send events that this collector refuses',
  ])
})
