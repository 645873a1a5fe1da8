import test, { type ExecutionContext } from 'ava'
import { rm, writeFile } from 'node:fs/promises'
import { ConfigReloader } from '../../../../src/cli/role/config-reloader.ts'
import { loadAgentConfig } from '../../../../src/config/load.ts'
import type { AgentSettings } from '../../../../src/config/settings.ts'
import { calmSurroundings, writeConfig } from '../../../helpers/process/config-text.ts'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'

const CONFIG = { network: { servers: ['a:1'], tls: false }, files: [{ paths: ['/a'] }], stateDir: '/state' }

async function makeReloader(t: ExecutionContext, { isListening = true } = {}) {
  const path = await writeConfig(t, JSON.stringify(CONFIG))
  const load = () => loadAgentConfig(path, calmSurroundings)
  const log = makeRecordingLog()
  const { lines } = log
  const logger = { ...log, setLevel() {}, setFormat() {} }
  const reloader = new ConfigReloader<AgentSettings>(load, load(), { log: logger })
  const applied: (readonly string[])[] = []
  if (isListening) reloader.listen(async (_, changed) => void applied.push(changed))
  const write = (change: object) => writeFile(path, JSON.stringify({ ...CONFIG, ...change }))
  return { path, reloader, applied, lines, write }
}

test('a changed configuration is applied with its changed keys', async t => {
  const { reloader, applied, write } = await makeReloader(t)
  await write({ host: 'web2', spoolSize: 7 })
  await reloader.reload('SIGHUP')
  t.deepEqual(applied, [['host', 'spoolSize']])
  t.like(reloader.status(), { reloads: 1, failures: 0, isCurrent: 1 })
  t.is(reloader.status().lastError, undefined)
})

test('an unchanged configuration is not applied', async t => {
  const { reloader, applied } = await makeReloader(t)
  await reloader.reload('SIGHUP')
  t.deepEqual(applied, [])
  t.like(reloader.status(), { reloads: 1, isCurrent: 1 })
})

test('an invalid configuration changes nothing and logs every error, and a valid one fixes it', async t => {
  const { path, reloader, applied, lines, write } = await makeReloader(t)
  await write({ spoolSize: 0, hots: 'web2' })
  await reloader.reload('SIGHUP')
  t.deepEqual(applied, [])
  t.like(reloader.status(), { reloads: 0, failures: 1, isCurrent: 0 })
  t.regex(reloader.status().lastError ?? '', /hots is not a known key/u)
  const complaint = lines.find(({ level }) => level === 'error')
  t.is((complaint?.fields['errors'] as string[] | undefined)?.length, 2)

  await rm(path)
  await reloader.reload('SIGHUP')
  t.regex(reloader.status().lastError ?? '', /there is no /u)

  await write({ host: 'web2' })
  await reloader.reload('SIGHUP')
  t.deepEqual(applied, [['host']])
  t.like(reloader.status(), { reloads: 1, failures: 2, isCurrent: 1 })
})

test('a setting that needs a restart is named until it is changed back', async t => {
  const { reloader, lines, write } = await makeReloader(t)
  await write({ stateDir: '/elsewhere' })
  await reloader.reload('SIGHUP')
  t.like(reloader.status(), { isCurrent: 0 })
  t.is(reloader.status().lastError, 'stateDir can only change at a restart')
  t.is(lines.find(({ fields }) => 'key' in fields)?.fields['key'], 'stateDir')
  await write({ stateDir: '/elsewhere', host: 'web2' })
  await reloader.reload('SIGHUP')
  t.is(reloader.status().lastError, 'stateDir can only change at a restart')
  await write({})
  await reloader.reload('SIGHUP')
  t.like(reloader.status(), { isCurrent: 1 })
})

test('a configuration that fails half-way is rolled back, and applied again with the next change', async t => {
  const { reloader, write } = await makeReloader(t)
  const seen: { readonly host: string; readonly changed: readonly string[] }[] = []
  let isBroken = true
  reloader.listen(async ({ host }, changed) => {
    seen.push({ host, changed })
    if (isBroken && host === 'web2') throw new Error('that address is taken')
  })
  await write({ host: 'web2' })
  await reloader.reload('SIGHUP')
  t.deepEqual(seen.splice(0), [
    { host: 'web2', changed: ['host'] },
    { host: calmSurroundings.hostName, changed: ['host'] },
  ])
  t.like(reloader.status(), { failures: 1, isCurrent: 0, lastError: 'that address is taken' })
  isBroken = false
  await write({ host: 'web2', spoolSize: 7 })
  await reloader.reload('SIGHUP')
  t.deepEqual(seen, [{ host: 'web2', changed: ['host', 'spoolSize'] }])
  t.like(reloader.status(), { isCurrent: 1 })
})

test('a configuration that cannot be rolled back either is applied with the next reload, even without a change', async t => {
  const { reloader, write, lines } = await makeReloader(t)
  let isBroken = true
  const seen: (readonly string[])[] = []
  reloader.listen(async (_, changed) => {
    seen.push(changed)
    if (isBroken) throw new Error('no disk')
  })
  await write({ host: 'web2' })
  await reloader.reload('SIGHUP')
  t.true(lines.some(({ message }) => message.startsWith('parts of a refused configuration may be in use')))
  isBroken = false
  await write({})
  await reloader.reload('SIGHUP')
  t.deepEqual(seen, [['host'], ['host'], ['host']])
  t.like(reloader.status(), { isCurrent: 1 })
})

test('a change before the role listens is applied as soon as it does', async t => {
  const { reloader, write, lines } = await makeReloader(t, { isListening: false })
  await write({ host: 'web2' })
  await reloader.reload('SIGHUP')
  t.false(lines.some(({ message }) => message.startsWith('applied the changed')))
  const { promise, resolve } = Promise.withResolvers<readonly unknown[]>()
  reloader.listen(async ({ host }, changed) => resolve([host, changed]))
  t.deepEqual(await promise, ['web2', ['host']])
})

test('a burst of signals becomes a few reloads, the last of which begins after the last signal', async t => {
  const { reloader, applied, write } = await makeReloader(t)
  const first = Array.from({ length: 100 }, () => reloader.reload('SIGHUP'))
  await write({ host: 'web2' })
  await Promise.all([...first, reloader.reload('SIGHUP')])
  t.deepEqual(applied, [['host']])
  t.true(reloader.status().reloads <= 2)
})

test('the end of a config reloader waits for the current reload, and nothing is applied afterwards', async t => {
  const { reloader, write } = await makeReloader(t, { isListening: false })
  const { promise: applying, resolve: begin } = Promise.withResolvers<void>()
  let applied = 0
  const stop = reloader.listen(async () => {
    begin()
    await new Promise(resolve => setTimeout(resolve, 10))
    applied++
  })
  await write({ host: 'web2' })
  void reloader.reload('SIGHUP')
  await applying
  await stop()
  t.is(applied, 1)
  await write({ host: 'web3' })
  await reloader.reload('SIGHUP')
  t.is(applied, 1)
})
