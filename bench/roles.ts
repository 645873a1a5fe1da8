// Roles of checkouts, started for a measurement.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, writeFile } from 'node:fs/promises'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface RolePlace {
  readonly dir: string
  readonly config: object
}

/** Its configuration, state and log are in `dir`. */
export async function startRole(checkout: string, role: string, { dir, config }: RolePlace): Promise<ChildProcess> {
  const path = join(dir, `${role}.json`)
  const stateDir = join(dir, `${role}-state`)
  await mkdir(stateDir, { mode: 0o700 })
  await writeFile(path, JSON.stringify({ ...config, stateDir }))
  await using output = await open(join(dir, `${role}.log`), 'w')
  return spawn(join(checkout, 'bin/forwarder'), [role, '--config', path], { stdio: ['ignore', output.fd, output.fd] })
}

/** Events that a collector has stored; undefined while it serves no metrics. */
export async function readStored(port: number): Promise<number | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined)
  if (answer === undefined) return undefined
  const stored = /^forwarder_events_stored_total (\d+)/m.exec(await answer.text())?.[1]
  return stored === undefined ? undefined : Number(stored)
}

export async function waitUntil(isDone: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await isDone())) {
    if (performance.now() > deadline) throw new Error('it took too long')
    await sleep(20)
  }
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

export async function findFreePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
