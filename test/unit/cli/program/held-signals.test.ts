import test from 'ava'
import { once } from 'node:events'
import type { Command } from '../../../../src/cli/program/command-contract.ts'
import { dispatch } from '../../../../src/cli/program/dispatch.ts'
import { startScript } from '../../../helpers/process/child-script.ts'

for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT'] as const) {
  test(`a held ${signal} does not end the process until it is released`, async t => {
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
  ['held signals are released before a command that is not a role', {}, 1],
  ['held signals are released by a role itself', { isRole: true }, 0],
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
