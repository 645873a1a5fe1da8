import { appendFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseMetrics } from '../../../src/demo/role-process.ts'
import type { SystemdMachine } from './systemd.ts'
import { until } from '../time/until.ts'

/** What is written to the logs of a machine, and what the embedded store of its collector has of that. */
export interface MachineLines {
  /** Appends lines `NAME from` … `NAME to` (exclusive) to `/var/log/app/NAME.log`, which root and adm may read. */
  write(name: string, from: number, to: number): Promise<void>
  /** Appends lines `NAME 0`, `NAME 1`, … one by one, some hundred a second. What it gives stops that, and says how many. */
  keepWriting(name: string): () => Promise<number>
  /** The numbers of that file's lines as the store has them, in ascending order; twice means stored twice. */
  stored(name: string): Promise<readonly number[]>
  /** Waits until the store has the given number of them, and returns them all. */
  waitUntilStored(name: string, count: number): Promise<readonly number[]>
  /** Of the agent, if its configuration has AGENT_METRICS. */
  readMetrics(): Promise<ReadonlyMap<string, number>>
}

/** A member of the agent's configuration. */
export const AGENT_METRICS = { listen: '127.0.0.1:9605' } as const

/** `searchConfig`: the collector's configuration, as root can read it. */
export async function makeLines(machine: SystemdMachine, searchConfig: string): Promise<MachineLines> {
  await machine.sh('mkdir -m 2750 /var/log/app; chgrp adm /var/log/app')
  const lines: MachineLines = {
    async write(name, from, to) {
      const text = numbers(to, from).map(number => `${name} ${number}\n`)
      await appendFile(machine.outside(`/var/log/app/${name}.log`), text.join(''))
    },
    keepWriting(name) {
      const over = new AbortController()
      let count = 0
      const writing = (async () => {
        while (!over.signal.aborted) {
          await lines.write(name, count, ++count)
          await sleep(2)
        }
      })()
      return async () => {
        over.abort()
        await writing
        return count
      }
    },
    async stored(name) {
      const search = ['forwarder', 'search', '--config', searchConfig, '--limit', '0', '--json']
      const { stdout } = await machine.attempt(...search, '--field', `log.file.path=/var/log/app/${name}.log`)
      const events = stdout.split('\n').filter(line => line !== '')
      const messages = events.map(line => (JSON.parse(line) as { message: string }).message)
      return messages.map(message => Number(message.slice(name.length + 1))).toSorted((a, b) => a - b)
    },
    async waitUntilStored(name, count) {
      let found: readonly number[] = []
      const isThere = async () => {
        found = await lines.stored(name)
        return found.length >= count
      }
      await until(isThere, `${count} lines of ${name} are stored`, 60_000).catch(async (cause: unknown) => {
        const log = await machine.run('journalctl', '--no-pager', '--lines=60')
        const status = await machine.property('forwarder', 'StatusText')
        throw new Error(`${String(cause)}; it has ${found.length}; the agent says: ${status}\n${log}`, { cause })
      })
      return found
    },
    async readMetrics() {
      return parseMetrics((await machine.attempt('curl', '--silent', `http://${AGENT_METRICS.listen}/metrics`)).stdout)
    },
  }
  return lines
}

/** `from` … `to` (exclusive). */
export function numbers(to: number, from = 0): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}
