// Batches of any kind, with more that is usual than not.
import fc from 'fast-check'
import { type LineBatch } from '../../../src/flow/line-batch.ts'
import { sliceRun } from '../../../src/flow/slice-line-batch.ts'
import { encodeEvents } from '../../../src/lumberjack/wire/encoder.ts'
import { defaultFrameLimits } from '../../../src/lumberjack/wire/frames.ts'
import { contentsOf } from './run-contents.ts'
import { hashName } from '../../../src/tls/name-hash.ts'
import type { WireFrame } from '../../../src/workers/frame-contract.ts'
import { compressed, ofRuns } from '../workers/frame-parts.ts'
import { makeBatch, makeOrigin, makeRun, placeRun } from './line-batches.ts'

/** Mostly absent. */
function seldom<Value>(some: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ arbitrary: fc.constant(undefined), weight: 4 }, { arbitrary: some, weight: 1 })
}

const own = hashName('web1')
export const anyHost = fc.constantFrom('web1', 'WEB1', 'web2', 'hôst "x"\\', '')
const fileId = fc.oneof(
  {
    arbitrary: fc.constantFrom('AAAAAAAAAAAAAAAA', `${own}BBBBBBBBBBBBBBBB`, `${hashName('web2')}CCCCCCCCCCCCCCCC`),
    weight: 4,
  },
  { arbitrary: fc.constantFrom('b', own, `${own}-1-2-3-4`, 'abc-DEF_ghi-12-3', 'x'.repeat(600)), weight: 1 },
)
const field = fc.oneof(
  fc.constantFrom('type', 'a.b', '@x', '@timestamp', '@metadata', 'host', 'agent', 'log', 'message', '__proto__'),
  fc.constantFrom('unreadable_timestamp', 'tls', 'tls.client', 'host.name', '"@', 'é'),
)
const anyFields = fc.oneof(
  { arbitrary: fc.constant({}), weight: 3 },
  fc
    .dictionary(field, fc.oneof(fc.jsonValue(), fc.constantFrom({ name: 'web1' }, 'x'.repeat(900), null)), {
      maxKeys: 3,
    })
    .map(some => JSON.parse(JSON.stringify(some)) as Record<string, unknown>),
)
const anyFormat = fc.constantFrom(undefined, undefined, 'nginx', 'é"\\')
export const anyOrigin = fc
  .record({
    fileId,
    path: fc.constantFrom('/var/log/app.log', '/é"\\\u0001', ''),
    fields: anyFields,
    format: anyFormat,
  })
  .map(({ format, ...change }) => makeOrigin({ ...change, ...(format !== undefined && { format }) }))

export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }).map(some => Buffer.from(some.replaceAll('\n', ' '))),
  fc
    .constantFrom('', '\r', '"@metadata":{}', '@x', '\\n', '\\', 'a "quoted" line', 'x'.repeat(999), '\0')
    .map(some => Buffer.from(some)),
  fc.string({ maxLength: 60 }).map(some => Buffer.from(some.replaceAll('\n', ' '))),
)
const wrong = fc.oneof(
  fc.uint8Array({ maxLength: 9 }).map(bytes => Buffer.from(bytes)),
  fc.constantFrom('a\nb', '\n\n').map(some => Buffer.from(some)),
)
const anyEnd = fc.oneof(
  { arbitrary: fc.constantFrom('\n', '\r\n'), weight: 9 },
  { arbitrary: fc.constant(''), weight: 1 },
)
/** Of lines that were not as they are here in their file. */
export const anyPlaces = fc.array(
  fc.record({
    step: fc.oneof(fc.nat(200), fc.nat(2 ** 40)),
    timeMs: fc.oneof(fc.nat(2 ** 41), fc.constantFrom(0, 1_700_000_000_000, Date.UTC(10_000, 0))),
    nanos: fc.constantFrom(0, 0, 1, 999_999, 120_000),
  }),
  { minLength: 1, maxLength: 12 },
)
const anyRun = fc
  .record({
    origin: anyOrigin,
    lines: fc.array(fc.tuple(fc.oneof({ arbitrary: anyText, weight: 9 }, { arbitrary: wrong, weight: 1 }), anyEnd), {
      minLength: 1,
      maxLength: 12,
    }),
    offset: fc.oneof(
      fc.nat(1000),
      fc.nat(2 ** 31 - 1).map(value => value * 2 ** 20),
    ),
    flags: seldom(
      fc.array(fc.constantFrom(0, 0, 0, 0, 0, 1, 2, 4, 6, 8, 16, 48, 64), { minLength: 12, maxLength: 12 }),
    ),
    utf16: seldom(fc.constantFrom('le' as const, 'be' as const)),
    places: seldom(anyPlaces),
    hasTimes: fc.boolean(),
  })
  .map(({ lines, flags, utf16, places, hasTimes, ...run }) => {
    const made = makeRun(
      lines.map(([line, end]) => Buffer.concat([line, Buffer.from(end)])),
      {
        ...run,
        ...(flags && { flags: Uint8Array.from(flags.slice(0, lines.length)) }),
        ...(utf16 && { utf16 }),
      },
    )
    const placed = places === undefined ? made : placeRun(made, places)
    return hasTimes ? placed : { ...made, ...(placed.offsets && { offsets: placed.offsets }) }
  })
export const anyBatch = fc
  .record({
    runs: fc.array(anyRun, { minLength: 1, maxLength: 5 }),
    timeMs: fc.oneof(
      { arbitrary: fc.nat(2 ** 41), weight: 4 },
      fc.constantFrom(0, Date.UTC(10_000, 0), 8_640_000_000_000_000),
    ),
    doubtfulSinceMs: seldom(fc.constantFrom(0, 1_700_000_000_000, 999_999_999_999_999, 1_000_000_000_000_000)),
  })
  .map(({ runs, timeMs, doubtfulSinceMs }) =>
    makeBatch(runs, { timeMs, ...(doubtfulSinceMs !== undefined && { doubtfulSinceMs }) }),
  )
export const anyRules = fc.oneof(
  fc.constant(undefined),
  fc
    .record({
      nameHash: fc.constant(own),
      isStrict: fc.boolean(),
      onlyHost: seldom(fc.constant('web1')),
      nameField: seldom(
        fc.record({
          field: fc.constantFrom('tls.client.x509.subject.common_name', 'message', 'log.flags', 'type', 'a'),
          name: fc.constantFrom('web1', undefined),
        }),
      ),
    })
    .map(({ onlyHost, nameField, ...binding }) => ({
      ...binding,
      ...(onlyHost !== undefined && { onlyHost }),
      ...(nameField && { nameField }),
    })),
)
export const anyLimits = fc
  .record({ eventMembers: fc.constantFrom(100_000, 100_000, 100_000, 14) })
  .map(change => ({ ...defaultFrameLimits, ...change }))

/** Each line alone, because the encoder of JSON takes lines that follow each other by their terminators. */
function oneByOne(batch: LineBatch): LineBatch {
  const runs = batch.runs.flatMap(run => Array.from(run.ends, (_, i) => sliceRun(run, i, i + 1)))
  return { ...batch, runs }
}

/** The frame of protocol 2, and that of our own wire form. */
export function inBothForms(batch: LineBatch, itsHost = 'web1'): readonly [WireFrame, WireFrame] {
  const { frames } = encodeEvents(oneByOne(batch), { protocol: 2, host: itsHost })
  return [compressed(frames), ofRuns(...contentsOf(batch, { host: itsHost, maxContentBytes: 4_000_000 }))]
}
