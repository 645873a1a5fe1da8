import test from 'ava'
import { keepCertified } from '../../../src/collector/fleet-membership.ts'
import type { AdvertiseSettings } from '../../../src/config/settings.ts'

const enrolled: AdvertiseSettings = {
  address: { host: 'c1.example.org', port: 5044 },
  name: 'c1',
  names: ['logs.example.org'],
  weight: 1,
  publishesPrivateKey: false,
}

test('an enrolled collector advertises the names of its certificate, and its other current settings', t => {
  const now = {
    ...enrolled,
    address: { host: 'c9.example.org', port: 6044 },
    name: 'c9',
    names: [],
    weight: 3,
    zone: 'b',
  }
  t.deepEqual(keepCertified(now, enrolled), {
    ...enrolled,
    address: { host: 'c1.example.org', port: 6044 },
    weight: 3,
    zone: 'b',
  })
})
