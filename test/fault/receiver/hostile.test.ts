import test from 'ava'
import { ATTACKS, TLS_ATTACKS } from '../../helpers/peers/hostile/attacks.ts'
import {
  type Access,
  type Besieged,
  MAX_RESIDENT_BYTES,
  attack,
  startBesieged,
} from '../../helpers/peers/hostile/besieged.ts'
import { OWN_FORM_ATTACKS } from '../../helpers/peers/hostile/own-form-attacks.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { patience } from '../../helpers/time/patience.ts'

// One collector for all attacks of a kind: nothing that they leave behind may add up.
const scope = makeScope()
const sites = new Map<Access, Promise<Besieged>>()
test.after.always(() => scope.end())

const withstands = test.macro({
  title: (_title, name: string) =>
    `while ${name}, an honest agent's lines arrive once, memory stays bounded and health answers`,
  exec: async (t, name: string, access: Access) => {
    const site = sites.get(access) ?? startBesieged(scope, access)
    sites.set(access, site)
    const { storedMeanwhile, doubled, maxResidentBytes, healthMs, ...rest } = await attack(await site, name)
    t.log({ storedMeanwhile, residentMiB: Math.round(maxResidentBytes / 1024 / 1024), healthMs, ...rest })
    t.true(storedMeanwhile > 0, 'no honest line arrived meanwhile')
    t.is(doubled, 0)
    t.true(maxResidentBytes > 0 && maxResidentBytes < MAX_RESIDENT_BYTES, `${maxResidentBytes} bytes`)
    t.true(healthMs < patience(2000), `/health took ${healthMs} ms`)
  },
})

for (const name of Object.keys(ATTACKS)) test.serial(withstands, name, 'plain')
for (const name of Object.keys(TLS_ATTACKS)) test.serial(withstands, name, 'certified')
for (const name of Object.keys(OWN_FORM_ATTACKS)) test.serial(withstands, name, 'open')
