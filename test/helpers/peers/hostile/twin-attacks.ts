// Another client that pretends to be the honest agent, or is a clone of its machine.
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OWN_WIRE_FORM, encodeWindowFrame } from '../../../../src/lumberjack/wire/frames.ts'
import { compressedFrame, jsonFrame } from '../../lumberjack/frames.ts'
import { AGENT_ADDRESS, type Attack, MiB, repeat, secure, write } from './attack-tools.ts'

/** Events of our agent's shape, from its host; the same ids come again and again. */
function window(count: number, text: string): Buffer {
  const events = Array.from({ length: count }, (_, i) => {
    const id = `"@metadata":{"_id":"twin-${i}"},"@timestamp":"2026-01-02T03:04:05.678Z"`
    return `{${id},"message":"${text}","host":{"name":"${hostname()}"},"log":{"file":{"path":"/twin"},"offset":${i}},"agent":{"type":"forwarder","version":"1"}}`
  })
  return Buffer.concat([encodeWindowFrame(2, count), compressedFrame(2, ...events.map((e, i) => jsonFrame(i + 1, e)))])
}

/** Many connections of the agent's address with one of the fleet's certificates. */
const pretends =
  (certificate: string): Attack =>
  async target => {
    const [cert, key] = ['pem', 'key'].map(end =>
      readFileSync(join(target.tlsDir ?? '', `client-${certificate}.${end}`)),
    )
    const kinds = [window(1000, 'twin'), window(1, `held ${'x'.repeat(MiB)}`), window(1, 'a'.repeat(12 * MiB))]
    let next = 0
    await repeat({ ...target, address: AGENT_ADDRESS }, 36, async raw => {
      const bytes = kinds[next++ % kinds.length] as Buffer
      const socket = await secure(raw, { cert, key, ALPNProtocols: [OWN_WIRE_FORM] })
      socket.resume()
      while (await write(socket, bytes, target.untilMs)) await sleep(1)
      socket.destroy()
    })
  }

/** The honest agent has the certificate `agent`. */
export const TWIN_ATTACKS: Readonly<Record<string, Attack>> = {
  'clients have the address, the host name and the certificate of the agent': pretends('agent'),
  'clients have the address and the host name of the agent, and another certificate': pretends('other'),
}
