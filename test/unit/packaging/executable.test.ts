import test from 'ava'
import { readFile } from 'node:fs/promises'
import { nodeArguments } from '../../../packaging/executable.ts'

test('bin/forwarder and the executable give Node the same arguments', async t => {
  const script = await readFile(new URL('../../../bin/forwarder', import.meta.url), 'utf8')
  const given = script.slice(script.indexOf('exec "$node"')).match(/--[\w=-]+/g)
  t.deepEqual(given, [...nodeArguments])
})
