import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePorts, startRole } from '../../../../src/demo/role-process.ts'
import { makeTempDir } from '../../files/temp-dir.ts'
import { forwarderCommand } from '../../process/roles.ts'
import type { TeardownScope } from '../../process/scope.ts'
import { isWhole } from '../../suite/sample.ts'
import { patience } from '../../time/patience.ts'
import { until } from '../../time/until.ts'
import { makeCertificates } from '../../trust/certificates.ts'
import { startHoldingStore } from './holding-store.ts'

const BYTES_IN_FLIGHT = 64 * 1024 * 1024
/** The program, its threads while they read events of 16 MiB, and requests to the store. */
const OVERHEAD_BYTES = 512 * 1024 * 1024
export const MAX_RESIDENT_BYTES = BYTES_IN_FLIGHT + OVERHEAD_BYTES
/** `make torture` attacks for longer. */
const ATTACK_MS = isWhole ? 60_000 : 5000
const LINE_MS = 100

export interface Siege {
  /** Honest lines that were stored while the attack ran, and all that were written meanwhile. */
  readonly storedMeanwhile: number
  readonly written: number
  readonly maxResidentBytes: number
  /** The longest time that `/health` took. */
  readonly healthMs: number
}

export interface Besieged {
  attack(name: string): Promise<Siege>
}

/** A collector and an honest agent, as processes, over TLS or plain text. */
export async function startBesieged(
  scope: TeardownScope,
  { isSecure }: { readonly isSecure: boolean },
): Promise<Besieged> {
  const dir = await makeTempDir(scope)
  const store = await startHoldingStore(scope)
  const { ca, server, client } = await makeCertificates(dir)
  const [port = 0, collectorMetrics = 0, agentMetrics = 0] = await findFreePorts(3)
  const logFile = join(dir, 'honest.log')
  writeFileSync(logFile, '')
  const configs = {
    collector: {
      listen: [`127.0.0.1:${port}`],
      tls: isSecure && { certificate: server.certificate, key: server.key, ca, clientAuth: 'required' },
      store: { type: 'elasticsearch', hosts: [store.url], template: false },
      limits: { bytesInFlight: `${BYTES_IN_FLIGHT}B`, connections: 100 },
      stateDir: join(dir, 'collector'),
      metrics: { listen: `127.0.0.1:${collectorMetrics}` },
    },
    agent: {
      network: {
        servers: [`localhost:${port}`],
        tls: isSecure && { certificate: client.certificate, key: client.key, ca },
      },
      files: [{ paths: [logFile] }],
      stateDir: join(dir, 'agent'),
      metrics: { listen: `127.0.0.1:${agentMetrics}` },
    },
  }
  const start = (role: 'agent' | 'collector', metricsPort: number) => {
    const configPath = join(dir, `${role}.json`)
    writeFileSync(configPath, JSON.stringify(configs[role]))
    const started = startRole({
      role,
      configPath,
      logPath: join(dir, `${role}.out`),
      metricsPort,
      command: forwarderCommand,
    })
    scope.teardown(() => started.kill())
    return started
  }
  const collector = start('collector', collectorMetrics)
  await collector.ready()
  await start('agent', agentMetrics).ready()
  let written = 0
  const writeLine = () => appendFileSync(logFile, `honest ${written++}\n`)
  const readResident = async () => (await collector.readMetrics()).get('process_resident_memory_bytes') ?? 0

  return {
    async attack(name) {
      const before = written
      writeLine()
      await until(() => store.honest.has(before), 'the honest agent is connected', 20_000)
      const untilMs = Date.now() + ATTACK_MS
      const script = join(import.meta.dirname, '../../scripts/attack.ts')
      const attacker = spawn(process.execPath, [script, name, String(port), String(ATTACK_MS)], { stdio: 'inherit' })
      scope.teardown(() => attacker.kill('SIGKILL'))
      const exited = once(attacker, 'exit')
      let maxResidentBytes = 0
      let healthMs = 0
      while (Date.now() < untilMs) {
        writeLine()
        const askedMs = Date.now()
        const limit = AbortSignal.timeout(patience(20_000))
        await fetch(`http://127.0.0.1:${collectorMetrics}/health`, { signal: limit })
        healthMs = Math.max(healthMs, Date.now() - askedMs)
        maxResidentBytes = Math.max(maxResidentBytes, await readResident())
        await sleep(LINE_MS)
      }
      const storedMeanwhile = [...store.honest.keys()].filter(number => number > before).length
      const [code] = (await exited) as [number | null]
      if (code !== 0) throw new Error(`the attack did not run: exit code ${code}`)
      await until(() => store.honest.has(written - 1), 'all honest lines have arrived', 30_000)
      return { storedMeanwhile, written: written - before, maxResidentBytes, healthMs }
    },
  }
}
