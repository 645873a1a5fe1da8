import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DemoError } from './demo-error.ts'
import { findFreePorts } from './role-process.ts'

/** A real etcd, whose address is known before it starts. */
export interface DemoEtcd {
  readonly endpoint: string
  /** Resolves when it answers. Rejects with a DemoError where etcd is not installed. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** Its data and log go to `dir`. */
export async function planDemoEtcd(dir: string): Promise<DemoEtcd> {
  const [client = 0, peer = 0] = await findFreePorts(2)
  const endpoint = `http://127.0.0.1:${client}`
  const peerUrl = `http://127.0.0.1:${peer}`
  let child: ChildProcess | undefined
  return {
    endpoint,
    async start() {
      child = await spawnEtcd(dir, endpoint, peerUrl)
      while (!hasEnded(child)) {
        const response = await fetch(`${endpoint}/health`).catch(() => undefined) // not listening yet: tried again
        if (response?.ok) return
        await sleep(50)
      }
      throw new Error(`etcd exited before it was ready; see ${join(dir, 'etcd.log')}`)
    },
    async stop() {
      if (child === undefined || hasEnded(child)) return
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}

async function spawnEtcd(dir: string, endpoint: string, peerUrl: string): Promise<ChildProcess> {
  const args = ['--name', 'demo', '--data-dir', join(dir, 'etcd'), '--log-level', 'warn']
  args.push('--listen-client-urls', endpoint, '--advertise-client-urls', endpoint)
  args.push('--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl)
  args.push('--initial-cluster', `demo=${peerUrl}`)
  const log = openSync(join(dir, 'etcd.log'), 'a', 0o600)
  const child = spawn('etcd', args, { stdio: ['ignore', log, log] })
  closeSync(log)
  await once(child, 'spawn').catch(() => {
    throw new DemoError(
      'the fleet demo needs etcd, which is not installed on this machine: apt-get install etcd-server',
    )
  })
  return child
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}
