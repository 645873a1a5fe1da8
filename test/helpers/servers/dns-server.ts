import { type Socket, createSocket } from 'node:dgram'
import type { SrvRecord } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import type { Dns } from '../../../src/discovery/dns.ts'
import { patience } from '../time/patience.ts'
import type { TeardownScope } from '../process/scope.ts'

/** A DNS server on 127.0.0.1 (UDP) with scripted answers. */
export interface DnsServer {
  /** A resolver of Node that asks this server. */
  readonly names: Dns
  readonly port: number
  readonly questionCount: number
  /** IPv4 addresses. */
  setAddresses(name: string, addresses: readonly string[]): void
  setServices(name: string, records: readonly SrvRecord[]): void
  /** `silent`: the server does not answer. */
  setMood(mood: 'well' | 'silent' | 'servfail'): void
}

const TYPE = { a: 1, aaaa: 28, srv: 33 } as const
const RCODE = { ok: 0, servfail: 2, nxdomain: 3 } as const

export async function startDnsServer(scope: TeardownScope): Promise<DnsServer> {
  const answers = new Map<string, { readonly type: number; readonly data: readonly Buffer[] }>()
  let mood: Parameters<DnsServer['setMood']>[0] = 'well'
  let questionCount = 0
  const socket: Socket = createSocket('udp4')
  socket.on('message', (message, from) => {
    questionCount++
    if (mood === 'silent') return
    const { name, type, end } = readQuestion(message)
    const known = answers.get(name)
    const data = mood === 'well' && known?.type === type ? known.data : []
    const unknown = known === undefined ? RCODE.nxdomain : RCODE.ok
    const rcode = mood === 'servfail' ? RCODE.servfail : unknown
    socket.send(writeAnswer(message.subarray(0, end), { rcode, type, data }), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  scope.teardown(() => socket.close())
  const { port } = socket.address()
  const resolver = new Resolver({ timeout: patience(200), tries: 1 })
  resolver.setServers([`127.0.0.1:${port}`])
  return {
    names: { addresses: name => resolver.resolve4(name), services: name => resolver.resolveSrv(name) },
    port,
    get questionCount() {
      return questionCount
    },
    setAddresses: (name, addresses) =>
      void answers.set(name, {
        type: TYPE.a,
        data: addresses.map(address => Buffer.from(address.split('.').map(Number))),
      }),
    setServices: (name, records) => void answers.set(name, { type: TYPE.srv, data: records.map(encodeService) }),
    setMood: value => void (mood = value),
  }
}

/** RFC 1035 §4.1: a header of 12 bytes, then labels, each after its length, a zero, type, class. */
function readQuestion(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 }
}

interface Answer {
  readonly rcode: number
  readonly type: number
  readonly data: readonly Buffer[]
}

function writeAnswer(question: Buffer, { rcode, type, data }: Answer): Buffer {
  const head = Buffer.from(question)
  head.writeUInt16BE(0x8180 | rcode, 2) // an answer, recursion available
  head.writeUInt16BE(data.length, 6)
  head.writeUInt32BE(0, 8)
  const records = data.map(bytes => {
    const record = Buffer.alloc(12)
    record.writeUInt16BE(0xc00c, 0) // the name of the question
    record.writeUInt16BE(type, 2)
    record.writeUInt16BE(1, 4)
    record.writeUInt16BE(bytes.length, 10)
    return Buffer.concat([record, bytes])
  })
  return Buffer.concat([head, ...records])
}

function encodeService({ priority, weight, port, name }: SrvRecord): Buffer {
  const numbers = Buffer.alloc(6)
  numbers.writeUInt16BE(priority, 0)
  numbers.writeUInt16BE(weight, 2)
  numbers.writeUInt16BE(port, 4)
  const labels = name.split('.').filter(label => label !== '')
  const parts = labels.map(label => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]))
  return Buffer.concat([numbers, ...parts, Buffer.from([0])])
}
