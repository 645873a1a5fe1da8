// Clients that leave at every step, come back, change their minds, or are at the edge of a limit.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { encodeWindowFrame } from '../../../../src/lumberjack/wire/frames.ts'
import { compressedFrame, jsonFrame, pairsFrame, windowOf } from '../../lumberjack/frames.ts'
import { headerText, runOf, runsFrame } from '../../lumberjack/run-frames.ts'
import { type Attack, MiB, flood, repeat, secure, write } from './attack-tools.ts'

const WINDOW_EVENTS = 10_000
const EVENT_BYTES = 16 * MiB

const ENDS: readonly ((socket: Socket) => void)[] = [
  socket => void socket.end(),
  socket => void socket.destroy(),
  socket => void socket.resetAndDestroy(),
]

const twoWindows = Buffer.concat([
  windowOf(2, jsonFrame(1, '{"message":"one"}'), jsonFrame(2, '{"message":"two"}')),
  encodeWindowFrame(2, 2),
  compressedFrame(2, jsonFrame(1, '{"message":"three"}'), jsonFrame(2, '{"message":"four"}')),
])

/** Leaves after each byte in turn, in each way, with or without reading an answer. */
const leaveAtEachByte: Attack = async target => {
  let step = 0
  await repeat(target, 16, async socket => {
    const cut = step % (twoWindows.length + 1)
    const end = ENDS[step++ % ENDS.length]
    await new Promise(resolve => void socket.write(twoWindows.subarray(0, cut), resolve))
    if (cut === twoWindows.length) await Promise.race([once(socket, 'data'), sleep(200)])
    end?.(socket)
    await sleep(5)
  })
}

/** Sends windows as fast as it may, and takes six bytes of the answers five times a second. */
const readSlowly: Attack = async target => {
  const bytes = Buffer.concat(Array.from({ length: 1000 }, () => twoWindows))
  await repeat(target, 8, async socket => {
    socket.pause()
    const timer = setInterval(() => void socket.read(6), 200)
    while (await write(socket, bytes, target.untilMs));
    clearInterval(timer)
  })
}

/** Sends a window that is held, leaves, and comes back with the same. */
const comeBack =
  (bytes: Buffer): Attack =>
  async target => {
    let step = 0
    await repeat(target, 8, async socket => {
      await new Promise(resolve => void socket.write(bytes, resolve))
      await sleep(50)
      ENDS[step++ % ENDS.length]?.(socket)
      await sleep(20)
    })
  }

const tiny = (count: number) => Array.from({ length: count }, (_, i) => jsonFrame(i + 1, '{}'))
const ofSize = (bytes: number) => jsonFrame(1, `{"message":"${'e'.repeat(bytes - '{"message":""}'.length)}"}`)

/** Exactly at a limit, and one over it. */
const atLimits: Attack = async target => {
  const windows = [
    Buffer.concat([encodeWindowFrame(2, WINDOW_EVENTS), compressedFrame(2, ...tiny(WINDOW_EVENTS))]),
    Buffer.concat([encodeWindowFrame(2, WINDOW_EVENTS), compressedFrame(2, ...tiny(WINDOW_EVENTS + 1))]),
    Buffer.concat([encodeWindowFrame(2, WINDOW_EVENTS + 1), ...tiny(10)]),
    Buffer.concat([encodeWindowFrame(2, 0), ...tiny(1)]),
    Buffer.concat([encodeWindowFrame(2, 1), ofSize(EVENT_BYTES)]),
    Buffer.concat([encodeWindowFrame(2, 1), compressedFrame(2, ofSize(EVENT_BYTES))]),
    Buffer.concat([encodeWindowFrame(2, 1), compressedFrame(2, ofSize(EVENT_BYTES + 1))]),
  ]
  await Promise.all(windows.map(bytes => flood(1, () => bytes)(target)))
}

export const LEAVING_ATTACKS: Readonly<Record<string, Attack>> = {
  'clients leave after each byte in turn': leaveAtEachByte,
  'clients read their acks six bytes at a time': readSlowly,
  'windows and events are as large as they may be, or one larger': atLimits,
  'protocols take turns on one connection': flood(8, () =>
    Buffer.concat([
      windowOf(1, pairsFrame(1, [['line', 'a']])),
      windowOf(2, jsonFrame(1, '{"message":"b"}')),
      encodeWindowFrame(1, 1),
      compressedFrame(2, jsonFrame(1, '{"message":"c"}', '1')),
      encodeWindowFrame(2, 2),
      compressedFrame(1, pairsFrame(1, [['line', 'd']]), jsonFrame(2, '{"message":"e"}')),
    ]),
  ),
  'windows of protocol 1 that are held come again and again': comeBack(
    Buffer.concat([encodeWindowFrame(1, 1), compressedFrame(1, pairsFrame(1, [['line', `held ${'x'.repeat(MiB)}`]]))]),
  ),
  'windows of protocol 2 that are held come again and again': comeBack(
    Buffer.concat([
      encodeWindowFrame(2, 1),
      compressedFrame(
        2,
        jsonFrame(
          1,
          `{"@metadata":{"_id":"a-1"},"@timestamp":"2026-01-02T03:04:05Z","message":"held ${'x'.repeat(MiB)}"}`,
        ),
      ),
    ]),
  ),
}

/** Passes on writes up to one, which waits for `gate`. */
function holdBack(raw: Socket, nth: number, gate: Promise<unknown>): Duplex {
  let count = 0
  const pass = async (chunk: Buffer, done: () => void) => {
    if (++count === nth) await gate
    raw.write(chunk)
    done()
  }
  const duplex = new Duplex({ read() {}, write: (chunk: Buffer, _encoding, done) => void pass(chunk, done) })
  raw.on('data', (chunk: Buffer) => duplex.push(chunk))
  raw.on('close', () => duplex.destroy())
  return duplex
}

const toNextSecond = () => sleep(1000 - (Date.now() % 1000))

/** Very many clients send one of their messages of the handshake in the same moment, once a second. */
const inTheSameMoment =
  (nth: number): Attack =>
  async target => {
    await repeat(target, 90, async raw => {
      const socket = await secure(holdBack(raw, nth, toNextSecond()), {})
      await sleep(50)
      socket.destroy()
    })
  }

export const LEAVING_TLS_ATTACKS: Readonly<Record<string, Attack>> = {
  'very many clients begin handshakes in the same moment': inTheSameMoment(1),
  'very many clients end handshakes in the same moment': inTheSameMoment(2),
  'clients leave in the middle of a handshake': async target => {
    let step = 0
    await repeat(target, 16, async raw => {
      const socket = secure(holdBack(raw, 1 + (step % 2), sleep(60_000, undefined, { ref: false })), {})
      await Promise.race([once(raw, 'data').catch(() => {}), sleep(50)])
      ENDS[step++ % ENDS.length]?.(raw)
      ;(await socket).destroy()
    })
  },
}

export const BOTH_FORMS = Buffer.concat([
  encodeWindowFrame(2, 3),
  runsFrame(runOf({ header: headerText(), records: ['a\n'] })),
  jsonFrame(2, '{"message":"b"}'),
  compressedFrame(2, jsonFrame(3, '{"message":"c"}')),
  windowOf(1, pairsFrame(1, [['line', 'd']])),
])
