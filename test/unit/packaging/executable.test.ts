import test from 'ava'
import { readFile } from 'node:fs/promises'
import { nodeArguments } from '../../../packaging/executable.ts'

async function readSource(path: string): Promise<string> {
  return await readFile(new URL(`../../../${path}`, import.meta.url), 'utf8')
}

test('bin/forwarder and the executable give Node the same arguments', async t => {
  const script = await readSource('bin/forwarder')
  const given = script.slice(script.indexOf('exec "$node"')).match(/--[\w=-]+/g)
  t.deepEqual(given, [...nodeArguments])
})

for (const service of ['forwarder', 'forwarder-collector'])
  test(`${service}.service and bin/forwarder give malloc the same settings`, async t => {
    const given = (await readSource('bin/forwarder')).matchAll(/\$\{(MALLOC_\w+):-(\d+)\}/g)
    const expected = [...given].map(([, name, value]) => `${name}=${value}`)
    t.true(expected.length > 0)
    t.deepEqual((await readSource(`systemd/${service}.service`)).match(/MALLOC_\w+=\d+/g), expected)
  })
