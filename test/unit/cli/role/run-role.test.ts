import test, { type ExecutionContext } from 'ava'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EXIT } from '../../../../src/cli/program/exit-codes.ts'
import { type RoleStart, runRole } from '../../../../src/cli/role/run-role.ts'
import { loadAgentConfig } from '../../../../src/config/load.ts'
import type { AgentSettings } from '../../../../src/config/settings.ts'
import { calmSurroundings, writeConfig } from '../../../helpers/process/config-text.ts'

const CONFIG = { network: { servers: ['a:1'], tls: false }, files: [{ paths: ['/a'] }], stateDir: '/state' }
const QUIET = { log: { level: 'error' } }

/** Starts a role whose configuration is changed right after it was read, and gives the settings that it takes up. */
async function startAndChange(t: ExecutionContext, path: string, change: () => void): Promise<AgentSettings> {
  let loads = 0
  const load = () => {
    const config = loadAgentConfig(path, calmSurroundings)
    if (loads++ === 0) change()
    return config
  }
  const { promise, resolve } = Promise.withResolvers<AgentSettings>()
  const run: RoleStart<AgentSettings>['run'] = async (settings, { reloads }) => {
    t.is(settings.host, 'before')
    const stop = reloads.listen(async next => resolve(next))
    const alive = setInterval(() => {}, 1000) // the watch alone keeps no process running
    await promise
    clearInterval(alive)
    await stop()
    return EXIT.done
  }
  t.is(await runRole({ path, load, run }), EXIT.done)
  return promise
}

test.serial('a configuration that changes while the role starts is taken up', async t => {
  const path = await writeConfig(t, JSON.stringify({ ...CONFIG, ...QUIET, host: 'before' }))
  const change = () => writeFileSync(path, JSON.stringify({ ...CONFIG, ...QUIET, host: 'after' }))
  t.is((await startAndChange(t, path, change)).host, 'after')
})

test.serial('an included file that changes, or appears, while the role starts is taken up', async t => {
  const path = await writeConfig(
    t,
    JSON.stringify({ ...CONFIG, ...QUIET, host: 'before', include: ['conf.d', 'more'] }),
  )
  const dir = dirname(path)
  mkdirSync(join(dir, 'conf.d'))
  writeFileSync(join(dir, 'more'), '{"spoolSize": 1}')
  const change = () => {
    writeFileSync(join(dir, 'more'), '{"spoolSize": 22}')
    writeFileSync(join(dir, 'conf.d', 'new.json'), '{"pollInterval": "3s"}')
  }
  t.like(await startAndChange(t, path, change), { spoolSize: 22, pollIntervalMs: 3000 })
})
