import test from 'ava'
import { once } from 'node:events'
import type { Command } from '../../../../src/cli/program/command-contract.ts'
import { dispatch } from '../../../../src/cli/program/dispatch.ts'
import { startScript } from '../../../helpers/process/child-script.ts'

for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT'] as const) {
  test(`${signal} that is held ends nothing, until it is let go`, async t => {
    const child = startScript(t, new URL('../../../helpers/scripts/hold-signals.ts', import.meta.url), [])
    const exited = once(child, 'exit')
    await once(child.stdout, 'data')
    child.kill(signal)
    await new Promise(resolve => setTimeout(resolve, 50))
    t.is(child.signalCode, null)
    child.stdin.end()
    t.deepEqual(await exited, [null, signal])
  })
}

const command: Omit<Command, 'run'> = { name: 'agent', summary: 's', options: [], examples: [] }

for (const [law, role, released] of [
  ['signals are let go before any other command', {}, 1],
  ['a role takes the signals over', { isRole: true }, 0],
] as const) {
  test(law, async t => {
    let releases = 0
    const heldSignals = { isTerminalClosed: () => false, release: () => void releases++ }
    const terminal = { out: { write() {} }, err: { write() {} }, environment: {}, heldSignals }
    const seen: number[] = []
    const run = async () => {
      seen.push(releases)
      return 0 as const
    }
    await dispatch({ commands: [{ ...command, ...role, run }], groups: [], main: 'agent' }, ['agent'], terminal)
    t.deepEqual(seen, [released])
  })
}
