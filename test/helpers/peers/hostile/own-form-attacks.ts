// What clients can do to a collector that lets anybody use our own wire form.
import { randomBytes } from 'node:crypto'
import { OWN_WIRE_FORM, encodeRunsHeader, encodeWindowFrame } from '../../../../src/lumberjack/wire/frames.ts'
import { type RunParts, headerText, runOf, runsFrame, varint } from '../../lumberjack/run-frames.ts'
import { type Attack, MiB, floodOverTls } from './attack-tools.ts'
import { BOTH_FORMS } from './leaving-attacks.ts'

const EVENTS = 10_000

/** Windows of one frame with these runs. */
function sends(count: number, events: number, ...runs: readonly RunParts[]): Attack {
  return ownForm(count, () =>
    Buffer.concat([encodeWindowFrame(2, events), runsFrame(Buffer.concat(runs.map(run => runOf(run))))]),
  )
}

const ownForm = (count: number, makeBytes: () => Uint8Array): Attack => floodOverTls(count, [OWN_WIRE_FORM], makeBytes)
const empty = (count: number) => Array.from({ length: count }, () => '')
const many = (text: string, bytes = 0.95 * MiB) => text.repeat(bytes / text.length)
/** A header of nearly a megabyte, of which each of a few empty records becomes an event. */
const withFields = (fields: string) => ({
  header: headerText().replace('"fields":{}', `"fields":${fields}`),
  records: empty(40),
})

export const OWN_FORM_ATTACKS: Readonly<Record<string, Attack>> = {
  'zstd frames that become megabytes come': sends(6, 1, {
    header: headerText(),
    records: ['\u0001'.repeat(2.6 * MiB)],
  }),
  'a zstd frame announces much and has nothing': ownForm(8, () => {
    const zstd = Buffer.concat([
      Buffer.from('28b52ffda0', 'hex'),
      Buffer.from('00004000', 'hex'),
      Buffer.from('010000', 'hex'),
    ])
    return Buffer.concat([encodeWindowFrame(2, 1), encodeRunsHeader(zstd.length), zstd])
  }),
  'zstd frames of empty blocks come': ownForm(4, () => {
    const blocks = Buffer.alloc(6 * MiB - 3)
    const zstd = Buffer.concat([Buffer.from('28b52ffd2000', 'hex'), blocks, Buffer.from('010000', 'hex')])
    return Buffer.concat([encodeWindowFrame(2, 1), encodeRunsHeader(zstd.length), zstd])
  }),
  'zstd frames are broken': ownForm(8, () => {
    const garbage = Buffer.concat([
      Buffer.from('28b52ffda0', 'hex'),
      Buffer.from('00001000', 'hex'),
      randomBytes(60_000),
    ])
    return Buffer.concat([encodeWindowFrame(2, 1), encodeRunsHeader(garbage.length), garbage])
  }),
  'headers of a megabyte have 10,000 empty records': sends(8, EVENTS, {
    ...withFields(`{"a":"${many('x')}"}`),
    records: empty(EVENTS),
  }),
  'headers of a megabyte have as many empty records as they may': sends(4, 40, withFields(`{"a":"${many('x')}"}`)),
  'runs announce 2^32 records': sends(8, EVENTS, { header: headerText(), records: ['a'], count: 2 ** 32 - 1 }),
  'the lengths of records have another sum': sends(8, 1, {
    header: headerText(),
    records: ['a'.repeat(MiB)],
    lengths: varint(MiB - 1),
  }),
  'headers have members of our own among their fields': sends(4, EVENTS, {
    header: headerText({ fields: JSON.parse('{"@timestamp":1,"__proto__":{"a":1},"host":"x","log":[]}') as unknown }),
    records: empty(EVENTS),
  }),
  'headers have very many fields': sends(3, 40, withFields(`{${many('"a":1,')}"b":1}`)),
  'headers are nested very deep': sends(4, 40, withFields(`{"a":${many('[', MiB / 2.2)}${many(']', MiB / 2.2)}}`)),
  'headers are full of lone surrogates': sends(3, 40, withFields(`{"a":"${many(String.raw`\ud800`)}"}`)),
  'thousands of tiny frames of runs come': ownForm(8, () => {
    const frame = runsFrame(runOf({ header: headerText(), records: ['a\n'] }))
    return Buffer.concat([encodeWindowFrame(2, EVENTS), ...Array.from({ length: EVENTS }, () => frame)])
  }),
  'each record has a header of its own, and is not UTF-8': sends(
    4,
    EVENTS,
    ...Array.from({ length: EVENTS }, (_, i) => ({
      header: headerText({ path: String(i) }),
      records: [Buffer.of(0xff)],
    })),
  ),
  'both wire forms and both protocols take turns on one connection': ownForm(8, () => BOTH_FORMS),
}
