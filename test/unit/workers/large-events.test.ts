import test from 'ava'
import { isDeepStrictEqual } from 'node:util'
import type { WireFrame } from '../../../src/workers/frame-contract.ts'
import { jsonFrame, pairsFrame } from '../../helpers/lumberjack/frames.ts'
import { compressed, openedFrame, openWorkers, readAll } from '../../helpers/workers/frame-parts.ts'

const MiB = 1024 * 1024
const long = (character: string) => character.repeat(3 * MiB)
const small = '{"@timestamp":"2026-02-03T04:05:06Z","message":"small"}'

/** Events of which the document is what came, or is made, or which are refused. */
const LARGE: Readonly<Record<string, string>> = {
  'is stored as it came': `{"@timestamp":"2026-02-03T04:05:06Z","message":"${long('x')}"}`,
  'has spaces around it': `  {"@timestamp":"2026-02-03T04:05:06Z","message":"${long('y')}"} \n`,
  'gets a time': `{"message":"${long('z')}"}`,
  'has an id': `{"@metadata":{"_id":"a-1"},"@timestamp":"2026-02-03T04:05:06Z","message":"${long('i')}"}`,
  'is not JSON': long('n'),
  'has a very long key': `{"${long('k')}":1}`,
  'is not UTF-8': `{"@timestamp":"2026-02-03T04:05:06Z","message":"\u00ff${long('u')}"}`,
}

const arrives = test.macro({
  title: (_title, event: string, how: string) =>
    `a large event that ${event} arrives whole ${how}, with 0 and 1 workers`,
  async exec(t, event: string, _how: string, makeFrame: () => WireFrame) {
    const text = LARGE[event] as string
    const [here, there] = await Promise.all(
      [0, 1].map(async count => {
        const { workers, log } = openWorkers(t, count)
        const read = await readAll(workers.open(openedFrame(makeFrame())), [2 * MiB, 20 * MiB])
        t.deepEqual(log.lines, [])
        return read
      }),
    )
    t.true(isDeepStrictEqual(there, here)) // a difference of megabytes is not to be printed
    const letter = /(.)\1{100}/.exec(text)?.[1] ?? ''
    const large = here?.events.map(one => JSON.stringify(one)).filter(one => one.includes(letter.repeat(100))) ?? []
    t.true(large.length > 0)
    for (const one of large) t.is(one.split(letter.repeat(MiB)).length - 1, 3)
  },
})

for (const [name, text] of Object.entries(LARGE)) {
  const payload = Buffer.from(text, 'latin1')
  const frame = jsonFrame(2, payload)
  const forms: Readonly<Record<string, () => WireFrame>> = {
    uncompressed: () => ({ type: 'json', sequence: 1, payload: Buffer.from(payload) }),
    'alone in a frame': () => compressed(frame),
    'between others': () => compressed(jsonFrame(1, small), frame, jsonFrame(3, small), frame),
    'beside pairs': () => compressed(pairsFrame(1, [['line', long('p')]]), frame, jsonFrame(3, small)),
  }
  for (const [how, makeFrame] of Object.entries(forms)) test(arrives, name, how, makeFrame)
}
