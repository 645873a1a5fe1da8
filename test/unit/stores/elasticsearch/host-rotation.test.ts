import test from 'ava'
import { HostRotation } from '../../../../src/stores/elasticsearch/http/host-rotation.ts'
import { createElasticsearchStore } from '../../../../src/stores/elasticsearch/store.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'

test('hosts take turns, and a host that failed is not used for a while unless all have failed', t => {
  let nowMs = 0
  const [a, b] = [new URL('http://a'), new URL('http://b')]
  const hosts = new HostRotation([a, b], 1000, () => nowMs)
  t.deepEqual(new Set([hosts.pick(), hosts.pick()]), new Set([a, b]))
  hosts.noteFailure(a)
  for (let i = 0; i < 5; i++) t.is(hosts.pick(), b)
  t.is(hosts.pick(new Set([b])), a)
  nowMs = 500
  hosts.noteFailure(b)
  t.is(hosts.pick(), a)
  nowMs = 1000
  t.is(hosts.pick(), a)
  hosts.noteSuccess(b)
  t.deepEqual(new Set([hosts.pick(), hosts.pick()]), new Set([a, b]))
  t.is(hosts.pick(new Set([a, b])), undefined)
})

const target = { kind: 'index', pattern: 'a' } as const
const wrong = [
  [{ hosts: [] }, /at least one host/],
  [{ hosts: ['localhost:9200'] }, /write an address such as/],
  [{ hosts: ['http://user:pw@es:9200'] }, /^(?!.*pw).*has a user in its address/],
  [{ hosts: ['http://es'], tls: { caFingerprint: 'abc' } }, /64 hexadecimal digits/],
] as const

for (const [options, message] of wrong) {
  test(`invalid options of a store are refused at once: ${message.source}`, async t => {
    await t.throwsAsync(createElasticsearchStore({ target, log: silentLog, ...options }), { code: 'options', message })
  })
}
