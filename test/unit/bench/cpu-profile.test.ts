import test from 'ava'
import { findShares, type CpuProfile } from '../../../bench/measures/cpu-profile.ts'

const ALWAYS = { fromUs: 0, toUs: Infinity }

const IDLE = { id: 2, callFrame: { functionName: '(idle)', url: '' }, children: [] as number[] }

/** Each sample is a stack of `function url`, outermost first, and lasts as many microseconds as it is told. */
function makeProfile(stacks: readonly (readonly [readonly string[], number])[]): CpuProfile {
  const nodes = [{ id: 1, callFrame: { functionName: '(root)', url: '' }, children: [] as number[] }, IDLE]
  const samples = stacks.map(([stack]) => {
    let caller = nodes[0]
    for (const frame of stack) {
      const [functionName = '', url = ''] = frame.split(' ')
      const node = { id: nodes.length + 1, callFrame: { functionName, url }, children: [] as number[] }
      caller?.children.push(node.id)
      nodes.push(node)
      caller = node
    }
    return caller?.id ?? 1
  })
  return { startTime: 0, nodes, samples: [...samples, IDLE.id], timeDeltas: [0, ...stacks.map(([, us]) => us)] }
}

const isPart = test.macro({
  title: (_, stack: string, part: string) => `time in ${stack} is that of ${part}`,
  exec(t, stack: string, part: string) {
    t.deepEqual([...findShares(makeProfile([[stack.split(' < ').toReversed(), 5]]), ALWAYS)], [[part, 1]])
  },
})

test(isPart, 'cutLines file:///f/src/files/read/line-splitter.ts', 'read')
test(isPart, 'pread node:fs', 'read')
test(isPart, 'crc32 node:zlib < note file:///f/src/files/look/digest.ts', 'read')
test(isPart, 'write node:buffer < encode file:///f/src/lumberjack/wire/encoder.ts', 'encode')
test(isPart, 'kernel wasm://wasm/1 < encode file:///f/src/lumberjack/wire/encoder.ts', 'encode')
test(isPart, 'write node:internal/streams/writable < compress node:zlib', 'compress')
test(
  isPart,
  'writev node:internal/streams/writable < write node:net < send file:///f/src/lumberjack/send/link.ts',
  'tls',
)
test(isPart, 'onStreamRead node:internal/stream_base_commons', 'tls')
test(isPart, 'postMessage node:internal/worker/io < ask file:///f/src/sqlite/thread.ts', 'journal')
test(isPart, 'next file:///f/src/lumberjack/send/link.ts', 'rest')
test(isPart, '(program)', 'rest')

test('collecting garbage is a part of its own, whose code it interrupts', t => {
  const nodes = [
    { id: 1, callFrame: { functionName: 'encode', url: '/src/lumberjack/wire/encoder.ts' }, children: [2] },
    { id: 2, callFrame: { functionName: '(garbage collector)', url: '' } },
  ]
  const profile = { startTime: 0, nodes, samples: [2, 2], timeDeltas: [0, 7] }
  t.deepEqual([...findShares(profile, ALWAYS)], [['gc', 1]])
})

test('the shares are those of the time that was asked for, without idleness', t => {
  const profile = makeProfile([
    [['start file:///f/src/main.ts'], 100],
    [['cutLines file:///f/src/files/read/line-splitter.ts'], 30],
    [['(idle)'], 50],
    [['write node:net'], 10],
    [['end file:///f/src/main.ts'], 100],
  ])
  t.deepEqual(
    [...findShares(profile, { fromUs: 100, toUs: 189 })],
    [
      ['read', 0.75],
      ['tls', 0.25],
    ],
  )
})
