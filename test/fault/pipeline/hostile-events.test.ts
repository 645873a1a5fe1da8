// Events of a hostile sender in the threads of a collector: each costs itself only, and bounded time and memory.
import { readFile } from 'node:fs/promises'
import test from 'ava'
import type { EventBatch } from '../../../src/flow/event-batch.ts'
import { PipelineSink } from '../../../src/pipeline/pipeline-sink.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { eventOf, makeBatch } from '../../helpers/stores/store-events.ts'

const MIB = 1024 * 1024
const EVENT_BYTES = 16 * MIB
/** The heap of a thread, the events of the test several times, and Node.js itself. */
const MAX_MEMORY_MIB = 1024

interface Attack {
  readonly name: string
  readonly processors: readonly object[]
  readonly fields: () => object
  /** In `error.type`. */
  readonly error: string
}

const LONG = { list: Array.from({ length: 100_000 }, (_, i) => i), message: '"'.repeat(MIB) }

const ATTACKS: readonly Attack[] = [
  {
    name: 'a list whose elements become long texts',
    processors: [{ foreach: { field: 'list', processor: { append: { field: 'out', value: '{{message}}x' } } } }],
    fields: () => LONG,
    error: 'pipeline_timeout',
  },
  {
    name: 'a text that is split into each of its characters, joined and split again',
    processors: [
      { split: { field: 'message', separator: '' } },
      { join: { field: 'message', separator: '0123456789' } },
      { split: { field: 'message', separator: '' } },
    ],
    fields: () => ({ message: 'xy'.repeat(7 * MIB) }),
    error: 'pipeline_timeout',
  },
  {
    name: 'a million pairs',
    processors: [{ kv: { field: 'message', field_split: ' ', value_split: '=' } }],
    fields: () => ({ message: Array.from({ length: 1_000_000 }, (_, i) => `k${i}=v`).join(' ') }),
    error: 'pipeline_timeout',
  },
  {
    name: 'an object that is copied into itself over and over',
    processors: Array.from({ length: 40 }, () => [
      { set: { field: 'x', copy_from: 'o' } },
      { set: { field: 'o.l', copy_from: 'x' } },
      { set: { field: 'o.r', copy_from: 'x' } },
    ]).flat(),
    fields: () => ({ o: { a: 1 } }),
    error: 'pipeline_timeout',
  },
  {
    name: 'a text that templates repeat',
    processors: Array.from({ length: 6 }, () => ({ set: { field: 'message', value: '{{{message}}}'.repeat(10) } })),
    fields: () => ({ message: 'x'.repeat(MIB) }),
    error: 'pipeline_failure',
  },
]

/** For events with `evil` only. */
function guarded(processors: readonly object[]): readonly object[] {
  return processors.map(processor => {
    const [[type, options] = ['', {}]] = Object.entries(processor) as [string, object][]
    return { [type]: { if: 'ctx.evil != null', ...options } }
  })
}

for (const { name, processors, fields, error } of ATTACKS)
  test.serial(`${name}: the event is stored as it came, and its neighbours have their fields`, async t => {
    const stored = new Map<string, Record<string, unknown>>()
    const deliver = async ({ events }: EventBatch): Promise<void> => {
      for (const { id, bytes, start, end } of events)
        stored.set(id, JSON.parse(bytes.toString('utf8', start, end)) as Record<string, unknown>)
    }
    const log = makeRecordingLog()
    const sink = new PipelineSink({ sink: { deliver }, placeOf, threads: 1, log })
    t.teardown(() => sink.close())
    const pipeline = [{ set: { field: 'seen', value: true } }, ...guarded(processors)]
    const written = { pipeline, pipelines: {}, directory: '/', onFailure: 'store', index: undefined }
    await sink.change({ written, timeoutMs: 500, eventBytes: EVENT_BYTES })
    const received = { evil: 1, ...fields() }
    const events = [{ n: 1 }, received, { n: 2 }].map((one, i) => eventOf(String(i), JSON.stringify(one), 1000))
    await sink.deliver(makeBatch(events), new AbortController().signal)
    t.deepEqual(stored.get('0'), { n: 1, seen: true })
    t.deepEqual(stored.get('2'), { n: 2, seen: true })
    const { tags, error: reason, ...others } = stored.get('1') ?? {}
    t.true(Array.isArray(tags) && tags.includes('pipeline_failure'))
    t.is((reason as { readonly type?: unknown }).type, error)
    t.deepEqual(others, received)
  })

test.serial('the memory of all that was bounded', async t => {
  const status = await readFile('/proc/self/status', 'utf8')
  const mostMib = Number(/^VmHWM:\s+(\d+)/mu.exec(status)?.[1]) / 1024
  t.log(`${Math.round(mostMib)} MiB at most`)
  t.true(mostMib < MAX_MEMORY_MIB)
})

function placeOf() {
  return { sender: 'a', member: '' }
}
