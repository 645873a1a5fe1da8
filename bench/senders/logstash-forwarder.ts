import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sender } from './sender.ts'

export function makeLogstashForwarder(binary: string): Sender {
  return {
    name: 'logstash-forwarder',
    protocol: 1,
    hasAcks: true,
    async prepare({ dir, logPath, port, ca }) {
      const path = join(dir, 'logstash-forwarder.conf')
      const network = { servers: [`127.0.0.1:${port}`], 'ssl ca': ca, timeout: 15 }
      await writeFile(path, JSON.stringify({ network, files: [{ paths: [logPath] }] }))
      return [binary, '-quiet', '-config', path]
    },
  }
}
