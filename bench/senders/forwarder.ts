import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunPlace, Sender } from './sender.ts'

/** In `command`, `{config}` is replaced by the path of the configuration. */
export function makeForwarder(name: string, command: readonly string[]): Sender {
  return {
    name,
    protocol: 2,
    isOwnForm: true,
    hasAcks: true,
    isForwarder: true,
    async prepare(place) {
      const path = join(place.dir, 'forwarder.json')
      await writeFile(path, JSON.stringify(makeConfig(place)))
      return command.map(word => (word === '{config}' ? path : word))
    },
    async countLooks(metricsPort) {
      const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
      return Number(/^forwarder_polls_total (\d+)$/m.exec(text)?.[1])
    },
  }
}

function makeConfig({ dir, logPath, port, ca, metricsPort }: RunPlace): object {
  const metrics = metricsPort === undefined ? {} : { metrics: { listen: `127.0.0.1:${metricsPort}` } }
  const network = { servers: [`127.0.0.1:${port}`], tls: { ca } }
  return { network, stateDir: join(dir, 'state'), files: [{ paths: [logPath] }], ...metrics }
}
