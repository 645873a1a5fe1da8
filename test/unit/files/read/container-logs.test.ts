import test from 'ava'
import { appendFile, mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileGroup } from '../../../../src/files/contract.ts'
import {
  LINE_UNTERMINATED,
  LINE_CONTINUED,
  LINE_CUT,
  LINE_DAMAGED,
  LINE_MULTILINE,
} from '../../../../src/flow/line-batch.ts'
import type { TrackedBatch } from '../../../../src/registry/contract.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { criLine, dockerLine, type WrittenLine } from '../../../helpers/files/container-lines.ts'
import { write } from '../../../helpers/files/container-records.ts'
import { follow, toLines } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const withFormat = (format: 'cri' | 'docker' | 'auto', change: Partial<FileGroup> = {}): Partial<FileGroup> => {
  return { records: { format }, ...change }
}
const line = (text: string, change: Partial<WrittenLine> = {}): WrittenLine => {
  return { stream: 'stdout', text, isPartial: false, timeMs: 1_700_000_000_000, nanos: 5, ...change }
}
const errors = (text: string, change: Partial<WrittenLine> = {}) => line(text, { stream: 'stderr', ...change })
const part = (text: string, change: Partial<WrittenLine> = {}) => line(text, { isPartial: true, ...change })

/** What each event says, in the order of the file. */
function eventsOf(batches: readonly TrackedBatch[]) {
  return batches
    .flatMap(batch =>
      batch.runs.flatMap(run => {
        const lines = toLines({ ...batch, runs: [run] })
        return lines.map(({ id, text, flags, timeMs }, i) => {
          return { id, text, flags, timeMs, nanos: run.nanos?.[i] ?? 0, fields: run.origin.fields }
        })
      }),
    )
    .toSorted((one, other) => offsetOf(one) - offsetOf(other))
}
const offsetOf = ({ id }: { readonly id: string }) => Number(id.slice(17))
const textsOf = (batches: readonly TrackedBatch[]) => eventsOf(batches).map(({ text }) => text)

test('lines of CRI are events with their stream, their time and the names in their path', async t => {
  const dir = await makeTempDir(t)
  const pod = join(dir, 'shop_web-1_0a-1b', 'nginx')
  await mkdir(pod, { recursive: true })
  const group = withFormat('cri', { paths: [join(dir, '*/*/*.log')], fields: { team: 'a' } })
  const { look, ackAll, source } = follow(t, dir, { groups: [group] })
  await writeFile(join(pod, '0.log'), write([line('one'), errors('two', { nanos: 0 })], 'cri'))
  const events = eventsOf(await look())
  const names = {
    kubernetes: { namespace: 'shop', pod: { name: 'web-1', uid: '0a-1b' }, container: { name: 'nginx' } },
    container: { name: 'nginx' },
    team: 'a',
  }
  t.deepEqual(
    events.map(({ text, timeMs, nanos, fields }) => ({ text, timeMs, nanos, fields })),
    [
      { text: 'one', timeMs: 1_700_000_000_000, nanos: 5, fields: { stream: 'stdout', ...names } },
      { text: 'two', timeMs: 1_700_000_000_000, nanos: 0, fields: { stream: 'stderr', ...names } },
    ],
  )
  ackAll()
  addsUp(t, source.status())
})

test('the names in the target of a link are those of the events, too', async t => {
  const dir = await makeTempDir(t)
  const id = 'ab'.repeat(32)
  await mkdir(join(dir, 'pods/shop_web_12/app'), { recursive: true })
  await mkdir(join(dir, 'containers'))
  const file = join(dir, 'pods/shop_web_12/app/0.log')
  await writeFile(file, write([line('one')], 'cri'))
  await symlink(file, join(dir, `containers/web_shop_app-${id}.log`))
  const { look } = follow(t, dir, { groups: [withFormat('cri', { paths: [join(dir, 'containers/*.log')] })] })
  const [event] = eventsOf(await look())
  t.deepEqual(event?.fields, {
    stream: 'stdout',
    kubernetes: { namespace: 'shop', pod: { name: 'web', uid: '12' }, container: { name: 'app' } },
    container: { id, name: 'app' },
  })
})

test('lines of Docker are events, with the attributes that it adds', async t => {
  const dir = await makeTempDir(t)
  const { look } = follow(t, dir, { groups: [withFormat('docker')] })
  await writeFile(join(dir, 'a-json.log'), dockerLine(line('one'), ',"attrs":{"tag":"web"}'))
  t.deepEqual(eventsOf(await look())[0]?.fields, { stream: 'stdout', docker: { attrs: { tag: 'web' } } })
})

for (const format of ['cri', 'docker'] as const) {
  test(`partial lines of ${format} are one event for each stream, with the place of the first one, also if they come one by one`, async t => {
    const dir = await makeTempDir(t)
    const { look, ackAll, source } = follow(t, dir, { groups: [withFormat(format)] })
    const parts = [part('a'), errors('e', { isPartial: true }), part('b'), errors('f'), line('c'), line('d')]
    const batches: TrackedBatch[] = []
    for (const one of parts) {
      await appendFile(join(dir, 'a.log'), write([one], format))
      batches.push(...(await look()))
    }
    t.deepEqual(
      eventsOf(batches).map(event => [event.text, event.flags, offsetOf(event)]),
      [
        ['abc', 0, 0],
        ['ef', 0, write([part('a')], format).length],
        ['d', 0, write(parts.slice(0, 5), format).length],
      ],
    )
    ackAll()
    addsUp(t, source.status())
  })

  test(`after a kill, records of ${format} come with the same ids, texts, times and streams, whatever the settings are by then`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const state = new MemoryState()
    const options = { limits: { batchLines: 3 } }
    const group = withFormat(format, { maxLineBytes: 64 })
    const first = follow(t, dir, { state, ...options, groups: [group] })
    const long = Array.from({ length: 10 }, (_, i) => part(`${i}`.repeat(20)))
    await writeFile(
      path,
      write([line('a'), part('b'), errors('e'), line('c'), ...long, line('end'), 'damaged'], format),
    )
    const sent = await first.look()
    await first.source.close()
    await appendFile(path, write([line('next')], format))
    for (const groups of [
      [{}],
      [withFormat('auto')],
      [{ records: { text: { encoding: 'koi8-r', delimiter: '\0' } } }],
    ]) {
      const next = follow(t, dir, { state: state.afterKill(), ...options, groups })
      const came = (await next.look()).filter(({ doubtfulSinceMs }) => doubtfulSinceMs !== undefined)
      t.deepEqual(eventsOf(came), eventsOf(sent))
      await next.source.close()
    }
  })
}

test('a partial line that is not continued for 5 s is sent, and its rest is flagged as its continuation', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { look, pass } = follow(t, dir, { groups: [withFormat('cri')] })
  await writeFile(path, write([part('Password: '), errors('e')], 'cri'))
  t.deepEqual(await look(), [])
  pass(4000)
  await appendFile(path, write([errors('f')], 'cri'))
  t.deepEqual(await look(), [])
  pass(1000)
  t.deepEqual(
    eventsOf(await look()).map(({ text, flags }) => [text, flags]),
    [
      ['Password: ', LINE_CUT],
      ['e', 0],
      ['f', 0],
    ],
  )
  await appendFile(path, write([line('secret'), line('x')], 'cri'))
  t.deepEqual(
    eventsOf(await look()).map(({ text, flags }) => [text, flags]),
    [
      ['secret', LINE_CONTINUED],
      ['x', 0],
    ],
  )
})

test('a partial line at the end of a file that was rotated is sent after a while, and those of the next file are apart', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, '0.log')
  const group = withFormat('cri', { paths: [join(dir, '*.log')] })
  const { look, ackAll, pass, source } = follow(t, dir, { groups: [group] })
  await writeFile(path, write([line('a'), part('b')], 'cri'))
  t.deepEqual(textsOf(await look()), ['a'])
  await rename(path, `${path}.20261129-210000`)
  await writeFile(path, write([line('c'), line('d')], 'cri'))
  t.deepEqual(textsOf(await look()), ['c', 'd'])
  pass(61_000)
  const last = eventsOf(await look())
  t.deepEqual(
    last.map(({ text }) => text),
    ['b'],
  )
  t.is(last[0]?.flags, LINE_UNTERMINATED)
  ackAll()
  addsUp(t, source.status())
})

test('a busy stream does not wait for long for a partial line of another one', async t => {
  const dir = await makeTempDir(t)
  const { look, source, ackAll } = follow(t, dir, { groups: [withFormat('cri', { maxLineBytes: 1000 })] })
  const many = Array.from({ length: 10_000 }, (_, i) => errors(`${'e'.repeat(50)} ${i}`))
  await writeFile(join(dir, 'a.log'), write([part('open'), ...many], 'cri'))
  const events = eventsOf(await look())
  t.deepEqual([events[0]?.text, events[0]?.flags], ['open', LINE_CUT])
  t.true(events.length > 4000)
  ackAll()
  addsUp(t, source.status())
})

test('damaged lines are sent as they are, flagged and counted, and one warning names their file', async t => {
  const dir = await makeTempDir(t)
  const { look, logLines, source } = follow(t, dir, { groups: [withFormat('cri')] })
  await writeFile(join(dir, 'a.log'), write([line('a'), 'no line of CRI', line('b'), '{"log":1}'], 'cri'))
  const events = eventsOf(await look())
  t.deepEqual(
    events.map(({ text, flags }) => [text, flags]),
    [
      ['a', 0],
      ['no line of CRI', LINE_DAMAGED],
      ['b', 0],
      ['{"log":1}', LINE_DAMAGED],
    ],
  )
  t.is(logLines.filter(({ level }) => level === 'warn').length, 1)
  t.is(source.status().damagedLines, 2)
})

test('lines of each stream are joined to records by the rules of their group, and resent like that', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const multiline = { how: 'indented', maxLines: 500, maxBytes: 100_000, timeoutMs: 5000 } as const
  const groups = [withFormat('cri', { records: { format: 'cri', multiline, excludeLines: ['^skip'] } })]
  const first = follow(t, dir, { state, groups })
  const lines = [
    line('Error'),
    errors('warning'),
    part('  at '),
    errors('skip this'),
    line('f'),
    line('next'),
    errors('last'),
  ]
  await writeFile(join(dir, 'a.log'), write(lines, 'cri'))
  const sent = await first.look()
  first.pass(5000)
  sent.push(...(await first.look()))
  t.deepEqual(
    eventsOf(sent).map(({ text, flags, fields }) => [text, flags, fields['stream']]),
    [
      ['Error\n  at f', LINE_MULTILINE, 'stdout'],
      ['warning', 0, 'stderr'],
      ['next', 0, 'stdout'],
      ['last', 0, 'stderr'],
    ],
  )
  await first.source.close()
  const next = follow(t, dir, { state: state.afterKill(), groups: [{}] })
  t.deepEqual(eventsOf(await next.look()), eventsOf(sent))
  next.ackAll()
  addsUp(t, next.source.status())
})

test('the format of a file is found by its first lines, logged once and remembered', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const first = follow(t, dir, { state, groups: [withFormat('auto')] })
  await writeFile(join(dir, 'a.log'), criLine(line('a')))
  await writeFile(join(dir, 'b.log'), dockerLine(line('b')))
  await writeFile(join(dir, 'c.log'), 'c\n')
  t.deepEqual(
    (await first.look())
      .flatMap(toLines)
      .map(({ text }) => text)
      .toSorted(),
    ['a', 'b', 'c'],
  )
  const found = first.logLines.filter(({ message }) => message === 'found a file format')
  t.deepEqual(new Set(found.map(({ fields }) => fields?.['format'])), new Set(['cri', 'docker', 'plain']))
  t.is(found.length, 3)
  first.ackAll()
  await first.source.close()
  const next = follow(t, dir, { state: state.copy(), groups: [withFormat('auto')] })
  await appendFile(join(dir, 'a.log'), Buffer.concat([criLine(line('d')), dockerLine(line('x'))]))
  await appendFile(join(dir, 'c.log'), criLine(line('e')))
  const texts = (await next.look()).flatMap(toLines).map(({ text }) => text)
  t.deepEqual(
    texts.filter(text => text.length === 1),
    ['d'],
  )
  t.true(texts.some(text => text.endsWith(' stdout F e')))
  t.false(next.logLines.some(({ message }) => message === 'found a file format'))
})
