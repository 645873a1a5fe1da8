// A process that attacks: attack.ts NAME PORT MILLISECONDS [DIRECTORY OF CERTIFICATES]
import { ATTACKS, TLS_ATTACKS } from '../peers/hostile/attacks.ts'
import { OWN_FORM_ATTACKS } from '../peers/hostile/own-form-attacks.ts'

const [name = '', port, milliseconds, tlsDir] = process.argv.slice(2)
const attack = ATTACKS[name] ?? TLS_ATTACKS[name] ?? OWN_FORM_ATTACKS[name]
if (attack === undefined) throw new Error(`there is no attack "${name}"`)
const untilMs = Date.now() + Number(milliseconds)
setTimeout(() => process.exit(0), Number(milliseconds) + 1000).unref()
await attack({ port: Number(port), untilMs, tlsDir })
process.exit(0)
