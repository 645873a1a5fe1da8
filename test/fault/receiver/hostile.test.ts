import test from 'ava'
import { ATTACKS, TLS_ATTACKS } from '../../helpers/peers/hostile/attacks.ts'
import { type Besieged, MAX_RESIDENT_BYTES, attack, startBesieged } from '../../helpers/peers/hostile/besieged.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { patience } from '../../helpers/time/patience.ts'

// One collector for all attacks over plain text, and one for those over TLS: nothing that they leave behind may add up.
const scope = makeScope()
const sites = new Map<boolean, Promise<Besieged>>()
test.after.always(() => scope.end())

const withstands = test.macro({
  title: (_title, name: string) =>
    `while ${name}, an honest agent's lines arrive, memory stays bounded and health answers`,
  exec: async (t, name: string, isSecure: boolean) => {
    const site = sites.get(isSecure) ?? startBesieged(scope, { isSecure })
    sites.set(isSecure, site)
    const { storedMeanwhile, maxResidentBytes, healthMs, ...rest } = await attack(await site, name)
    t.log({ storedMeanwhile, residentMiB: Math.round(maxResidentBytes / 1024 / 1024), healthMs, ...rest })
    t.true(storedMeanwhile > 0, 'no honest line arrived meanwhile')
    t.true(maxResidentBytes > 0 && maxResidentBytes < MAX_RESIDENT_BYTES, `${maxResidentBytes} bytes`)
    t.true(healthMs < patience(2000), `/health took ${healthMs} ms`)
  },
})

for (const name of Object.keys(ATTACKS)) test.serial(withstands, name, false)
for (const name of Object.keys(TLS_ATTACKS)) test.serial(withstands, name, true)
