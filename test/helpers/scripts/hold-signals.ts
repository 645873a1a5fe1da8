// Holds the signals that come, says so, and lets go of them when its standard input ends.
import { text } from 'node:stream/consumers'
import { holdSignals } from '../../../src/cli/program/held-signals.ts'

const held = holdSignals()
console.log('holding')
await text(process.stdin)
held.release()
setInterval(() => {}, 1000) // nothing but a signal ends it
