import test from 'ava'
import { loadCollectorConfig } from '../../../src/config/load.ts'
import { calmSurroundings as calm, writeConfig } from '../../helpers/process/config-text.ts'

const password = { user: 'forwarder', password: 'secret' }
const pinned = { caFingerprint: 'ab'.repeat(32) }
const etcd = { discovery: { etcd: { endpoints: ['https://etcd1:2379'] } } }

const rows: [title: string, store: object, allowsPlainHosts: boolean, warnings: RegExp[]][] = [
  ['nothing to protect', {}, true, []],
  ['a password', password, false, [/without store\.ca: any host there/]],
  ['an API key', { apiKey: 'a:b' }, false, [/without store\.ca: any host there/]],
  ['a pinned authority', pinned, false, []],
  ['an authority', { ca: '/ca.pem' }, false, []],
  ['a certificate', { certificate: '/a.pem', key: '/a.key' }, false, []],
  ['a password and a pinned authority', { ...password, ...pinned }, false, []],
  ['a password, and plain text allowed', { ...password, allowPlainHosts: true }, true, [/lets every writer of etcd/]],
]

for (const [title, store, allowsPlainHosts, expected] of rows)
  test(`hosts from etcd for a store with ${title} are ${allowsPlainHosts ? 'of any kind' : 'https only'}`, async t => {
    const config = { listen: '127.0.0.1:5044', stateDir: '/s', ...etcd, store: { type: 'elasticsearch', ...store } }
    const path = await writeConfig(t, JSON.stringify(config))
    const { settings, warnings } = loadCollectorConfig(path, calm)
    t.like(settings.store, { type: 'elasticsearch', allowsPlainHosts })
    t.is(warnings.length, expected.length, JSON.stringify(warnings))
    for (const [index, { message }] of warnings.entries()) t.regex(message, expected[index]!)
  })
