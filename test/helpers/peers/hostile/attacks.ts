import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { compressedFrame, jsonFrame, pairsFrame, u32, windowOf } from '../../lumberjack/frames.ts'
import { encodeWindowFrame } from '../../../../src/lumberjack/wire/frames.ts'
import { runsFrame } from '../../lumberjack/run-frames.ts'
import { type Attack, MiB, flood, repeat, secure } from './attack-tools.ts'
import { LEAVING_ATTACKS, LEAVING_TLS_ATTACKS } from './leaving-attacks.ts'
import { TWIN_ATTACKS } from './twin-attacks.ts'

/** One compressed window of `count` events with this document. */
function bomb(document: string, count = 4): () => Uint8Array {
  return () =>
    Buffer.concat([
      encodeWindowFrame(2, count),
      compressedFrame(2, ...Array.from({ length: count }, (_, i) => jsonFrame(i + 1, document))),
    ])
}

function held(bytes: number, count = 1): () => Uint8Array {
  return bomb(JSON.stringify({ message: `held ${'x'.repeat(bytes)}` }), count)
}

const drip =
  (count: number, head: Uint8Array): Attack =>
  async target =>
    await repeat(target, count, async socket => {
      socket.write(head)
      while (!socket.destroyed && Date.now() < target.untilMs) {
        socket.write('x')
        await sleep(200)
      }
    })

const announce = (bytes: number) => Buffer.concat([encodeWindowFrame(2, 1), Buffer.from('2C'), u32(bytes)])

const oneEvent = compressedFrame(2, jsonFrame(1, '{}'))

const oneWindow = windowOf(2, jsonFrame(1, '{"message":"one of many"}'))

/** Sends windows over new connections, and ends each in one way without waiting for anything. */
const hitAndRun =
  (count: number, makeBytes: () => Uint8Array, end: (socket: Socket) => void): Attack =>
  async target => {
    const bytes = makeBytes()
    await repeat(target, count, async socket => {
      await new Promise(resolve => void socket.write(bytes, resolve))
      end(socket)
      await sleep(5)
    })
  }

const overTls =
  (count: number, act: (socket: TLSSocket, untilMs: number) => Promise<void>): Attack =>
  async target =>
    await repeat(target, count, async raw => {
      const socket = await secure(raw, { maxVersion: 'TLSv1.2' })
      await act(socket, target.untilMs)
      socket.destroy()
    })

/** By name: what one machine, or a few, can do to a collector that they may connect to. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  'long texts that compress well come': flood(4, bomb(JSON.stringify({ message: 'a'.repeat(15.9 * MiB) }))),
  'very many clients send long texts': flood(45, bomb(JSON.stringify({ message: 'a'.repeat(15.9 * MiB) }))),
  'arrays of many objects come': flood(4, bomb(`{"a":[${'{},'.repeat(5.2 * MiB)}{}]}`)),
  'many members that begin with @ come': flood(4, bomb(`{${'"@a":1,'.repeat(2.2 * MiB)}"b":1}`)),
  'many members @metadata come': flood(4, bomb(`{${'"@metadata":{},'.repeat(MiB)}"b":1}`)),
  'clients leave windows behind that are held': hitAndRun(8, held(380_000), socket => socket.resetAndDestroy()),
  'clients keep much that is held': flood(3, held(15.9 * MiB, 4)),
  'many clients each keep a little that is held': flood(48, held(MiB, 4)),
  'large frames that do not compress are held': flood(6, () => {
    const text = `held ${randomBytes(6 * MiB).toString('base64')}`
    return bomb(JSON.stringify({ message: text }), 3)()
  }),
  'many clients each send very many events that are held': flood(48, bomb('{"message":"held"}', 9000)),
  'a client does not read its acks': flood(4, () => Buffer.alloc(600_000, encodeWindowFrame(2, 0)), { isRead: false }),
  'large frames are announced and come byte by byte': drip(40, announce(31.9 * MiB)),
  'large windows and small ones compete for memory': async target =>
    void (await Promise.all([
      flood(6, bomb(JSON.stringify({ message: 'b'.repeat(12 * MiB) })))(target),
      flood(10, () => Buffer.concat(Array.from({ length: 100 }, () => oneWindow)))(target),
    ])),
  'connections are opened and stay silent': drip(200, Buffer.alloc(0)),
  'events have very many pairs': flood(2, () =>
    windowOf(
      1,
      pairsFrame(
        1,
        Array.from({ length: 150_000 }, (_, i) => [`k${i}`, 'v'] as const),
      ),
    ),
  ),
  'events have very many small members': flood(3, () => bomb(`{${'"a":1,'.repeat(2 * MiB)}"b":1}`, 2)()),
  'events are nested very deep': flood(3, bomb(`{"a":${'['.repeat(7 * MiB)}${']'.repeat(7 * MiB)}}`)),
  'events have very long keys': flood(3, bomb(`{"${'k'.repeat(15 * MiB)}":1}`)),
  'events repeat a key': flood(3, bomb(`{${'"same":1,'.repeat(MiB)}"b":1}`)),
  'events are full of lone surrogates': flood(3, bomb(`{"message":"${String.raw`\ud800`.repeat(2 * MiB)}"}`)),
  'tiny events come in large frames': flood(3, () => {
    const events = Buffer.alloc(6_000_000, jsonFrame(1, '{}'))
    return Buffer.concat([encodeWindowFrame(2, 10_000), compressedFrame(2, events)])
  }),
  'empty compressed frames come': flood(4, () =>
    Buffer.concat([encodeWindowFrame(2, 10_000), ...Array.from({ length: 2000 }, () => compressedFrame(2))]),
  ),
  'very many clients send empty compressed frames': flood(48, () =>
    Buffer.concat([encodeWindowFrame(2, 10_000), ...Array.from({ length: 2000 }, () => compressedFrame(2))]),
  ),
  'runs come that were not selected': flood(8, () =>
    Buffer.concat([encodeWindowFrame(2, 1), runsFrame(Buffer.alloc(MiB))]),
  ),
  'very many clients send compressed frames of one event': flood(48, () =>
    Buffer.concat([encodeWindowFrame(2, 10_000), ...Array.from({ length: 10_000 }, () => oneEvent)]),
  ),
  'garbage comes': flood(8, () => randomBytes(100_000)),
  'zlib streams are broken': flood(8, () =>
    Buffer.concat([encodeWindowFrame(2, 1), Buffer.from('2C'), u32(60_000), randomBytes(60_000)]),
  ),
  'windows shrink': flood(8, () =>
    Buffer.concat(
      Array.from({ length: 100 }, (_, i) => Buffer.concat([encodeWindowFrame(2, 100 - i), jsonFrame(1, '{}')])),
    ),
  ),
  'clients half-close': hitAndRun(
    16,
    () => oneWindow,
    socket => socket.end(),
  ),
  'clients reset their connections': hitAndRun(
    16,
    () => oneWindow,
    socket => socket.resetAndDestroy(),
  ),
  'clients connect 10,000 times a minute': hitAndRun(
    8,
    () => Buffer.alloc(0),
    socket => socket.destroy(),
  ),
  'protocol 1 windows are begun and not completed': drip(
    40,
    Buffer.concat([encodeWindowFrame(1, 2), compressedFrame(1, pairsFrame(1, [['line', 'x'.repeat(4 * MiB)]]))]),
  ),
  ...LEAVING_ATTACKS,
}

/** The same of a collector that speaks TLS. */
export const TLS_ATTACKS: Readonly<Record<string, Attack>> = {
  'handshakes are begun and not completed': drip(200, Buffer.from('160301020001', 'hex')),
  'TLS records are tiny': overTls(8, async (socket, untilMs) => {
    for (const byte of oneWindow) {
      socket.write(Buffer.of(byte))
      await sleep(0)
    }
    if (Date.now() < untilMs) await sleep(10)
  }),
  'clients renegotiate': overTls(8, async (socket, untilMs) => {
    while (!socket.destroyed && Date.now() < untilMs) {
      await new Promise<void>(resolve => {
        socket.once('close', () => resolve())
        socket.renegotiate({ rejectUnauthorized: false }, () => resolve())
        setTimeout(resolve, 100)
      })
    }
  }),
  'clients without a certificate try again without a pause': overTls(16, async socket => {
    socket.write(oneWindow)
    await sleep(20)
  }),
  ...LEAVING_TLS_ATTACKS,
  ...TWIN_ATTACKS,
}
