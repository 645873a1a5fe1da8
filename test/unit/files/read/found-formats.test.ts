import test, { type ExecutionContext } from 'ava'
import { appendFile, copyFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadKnownFormats } from '../../../../src/agent/known-formats.ts'
import type { FileGroup } from '../../../../src/files/contract.ts'
import { MAX_FIRST_LINES } from '../../../../src/files/read/records/first-lines.ts'
import type { TrackedBatch } from '../../../../src/registry/contract.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { criLine, dockerLine, type WrittenLine } from '../../../helpers/files/container-lines.ts'
import { follow, toLines, type Followed, type FollowOptions } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const formats = (await loadKnownFormats({ files: [{ format: 'auto' }] }))!
const formatMultiline = { maxLines: 500, maxBytes: 100_000, timeoutMs: 5000 }
const auto: Partial<FileGroup> = { records: { format: 'auto', formatMultiline }, formats }

const ACCESS = '203.0.113.7 - - [29/Nov/2026:21:24:45 +0000] "GET /shop HTTP/1.1" 200 512 "-" "curl/8.5.0"'
const PINO = '{"level":30,"time":1796073885123,"pid":812,"hostname":"web1","msg":"paid"}'
const ERROR = '2026-11-29 21:24:45.123 UTC [812] alice@shop ERROR:  syntax error at or near "selec" at character 1'
const STATEMENT = '2026-11-29 21:24:45.123 UTC [812] alice@shop STATEMENT:  selec'

function wrapped(text: string, change: Partial<WrittenLine> = {}): WrittenLine {
  return { stream: 'stdout', text, isPartial: false, timeMs: 1_700_000_000_000, nanos: 5, ...change }
}
const cri = (...texts: readonly string[]) => Buffer.concat(texts.map(text => criLine(wrapped(text))))
const docker = (...texts: readonly string[]) => Buffer.concat(texts.map(text => dockerLine(wrapped(text))))

/** The text of each event, and the format that is sent with it. */
function eventsOf(batches: readonly TrackedBatch[]): (readonly [string, string | undefined])[] {
  return batches.flatMap(batch =>
    batch.runs.flatMap(run => toLines({ ...batch, runs: [run] }).map(({ text }) => [text, run.origin.format] as const)),
  )
}

const foundIn = ({ logLines }: Followed) =>
  logLines.flatMap(({ message, fields }) => (message === 'found a file format' ? String(fields?.['format']) : []))
const onRecord = (state: MemoryState) => [...state.files.values()].map(({ format }) => format ?? 'none')

async function start(t: ExecutionContext, options: FollowOptions = {}) {
  const dir = await makeTempDir(t)
  const state = options.state ?? new MemoryState()
  return { dir, path: join(dir, 'a.log'), state, followed: follow(t, dir, { groups: [auto], ...options, state }) }
}

for (const [title, content, format, name, text] of [
  ['lines of nginx', `${ACCESS}\n`, 'plain/nginx', 'nginx', ACCESS],
  ['lines of nginx in CRI', cri(ACCESS), 'cri/nginx', 'nginx', ACCESS],
  ['lines of pino in the files of Docker', docker(PINO), 'docker/pino', 'pino', PINO],
  ['lines of CRI', cri('a'), 'cri', undefined, 'a'],
  ['lines of Docker', docker('a'), 'docker', undefined, 'a'],
] as const)
  test(`the format of a file with ${title} is found by its first line, sent, logged once, and remembered`, async t => {
    const { dir, path, state, followed } = await start(t)
    await writeFile(path, content)
    t.deepEqual(eventsOf(await followed.look()), [[text, name]])
    t.deepEqual(foundIn(followed), [format])
    t.deepEqual(onRecord(state), [format])
    followed.ackAll()
    await followed.source.close()
    const next = follow(t, dir, { state: state.copy(), groups: [auto] })
    await appendFile(path, content)
    t.deepEqual(eventsOf(await next.look()), [[text, name]])
    t.deepEqual(foundIn(next), [])
    next.ackAll()
    addsUp(t, next.source.status())
  })

test('of formats that look alike the path decides, also that of the target of a link', async t => {
  const { dir, state, followed } = await start(t)
  await writeFile(join(dir, 'apache-access.log'), `${ACCESS}\n`)
  await followed.look()
  t.deepEqual(onRecord(state), ['plain/apache'])
})

test('lines that fit no format are sent as they are, and the next ones of the first twenty can still show one', async t => {
  const { path, state, followed } = await start(t)
  await writeFile(path, '/docker-entrypoint.sh: ready\n')
  t.deepEqual(eventsOf(await followed.look()), [['/docker-entrypoint.sh: ready', undefined]])
  t.deepEqual(onRecord(state), ['none'])
  await appendFile(path, `${ACCESS}\n`)
  t.deepEqual(eventsOf(await followed.look()), [[ACCESS, 'nginx']])
  t.deepEqual(foundIn(followed), ['plain/nginx'])
})

test('a damaged first line does not hide that a file is of CRI', async t => {
  const { path, followed } = await start(t)
  await writeFile(path, 'the end of a line\n')
  await followed.look()
  await appendFile(path, cri(ACCESS))
  t.deepEqual(eventsOf(await followed.look()), [[ACCESS, 'nginx']])
  t.deepEqual(foundIn(followed), ['cri/nginx'])
})

test('a file whose first twenty lines fit nothing is plain, one of CRI whose records fit nothing is of CRI alone', async t => {
  const { dir, state, followed } = await start(t)
  const lines = Array.from({ length: MAX_FIRST_LINES }, (_, i) => `line ${i}`)
  await writeFile(join(dir, 'a.log'), lines.map(line => `${line}\n`).join(''))
  await writeFile(join(dir, 'b.log'), cri(...lines))
  await followed.look()
  t.deepEqual(onRecord(state).toSorted(), ['cri/plain', 'plain'])
  t.deepEqual(foundIn(followed).toSorted(), ['cri/plain', 'plain'])
  await appendFile(join(dir, 'a.log'), `${ACCESS}\n`)
  await appendFile(join(dir, 'b.log'), cri(ACCESS))
  t.deepEqual(eventsOf(await followed.look()), [
    [ACCESS, undefined],
    [ACCESS, undefined],
  ])
})

test('twenty lines are counted over reads, and each once', async t => {
  const { path, state, followed } = await start(t, { limits: { batchLines: 2 } })
  for (let i = 1; i < MAX_FIRST_LINES; i++) {
    await appendFile(path, `line ${i}\n`)
    await followed.look()
  }
  t.deepEqual(onRecord(state), ['none'])
  await appendFile(path, 'the last one\n')
  await followed.look()
  t.deepEqual(onRecord(state), ['plain'])
})

for (const [title, wrap] of [
  ['in a file of its own', (...texts: readonly string[]) => texts.map(text => `${text}\n`).join('')],
  ['in CRI', cri],
] as const)
  test(`records of several lines are joined as the format needs it, ${title}`, async t => {
    const { path, followed } = await start(t)
    await writeFile(path, wrap(ERROR, '\tselec', STATEMENT))
    const first = eventsOf(await followed.look())
    followed.pass(5000)
    t.deepEqual(
      [...first, ...eventsOf(await followed.look())],
      [
        [`${ERROR}\n\tselec`, 'postgresql'],
        [STATEMENT, 'postgresql'],
      ],
    )
  })

test('multiline of the group takes precedence over that of the format', async t => {
  const multiline = { ...formatMultiline, how: { pattern: '^x', negate: false, match: 'after' } } as const
  const records = { format: 'auto', formatMultiline, multiline } as const
  const { path, followed } = await start(t, { groups: [{ records, formats }] })
  await writeFile(path, `${ERROR}\n\tselec\nx\n${STATEMENT}\n`)
  t.deepEqual(eventsOf(await followed.look()), [
    [ERROR, 'postgresql'],
    ['\tselec\nx', 'postgresql'],
  ])
})

test('each generation of a file finds its own format', async t => {
  const { dir, path, state, followed } = await start(t)
  await writeFile(path, `${ACCESS}\n`.repeat(30))
  await followed.look()
  await rename(path, join(dir, 'a.log.1'))
  await writeFile(path, `${PINO}\n`.repeat(30))
  t.is(eventsOf(await followed.look())[0]?.[1], 'pino')
  followed.ackAll()
  await truncate(path)
  await followed.look()
  await appendFile(path, cri(ACCESS))
  t.deepEqual(eventsOf(await followed.look()), [[ACCESS, 'nginx']])
  t.deepEqual(onRecord(state).toSorted().slice(0, 2), ['cri/nginx', 'plain/nginx'])
})

test('the copy of a truncated file keeps the format of its original', async t => {
  const { path, followed } = await start(t)
  const lines = Array.from({ length: 30 }, (_, i) => PINO.replace('123', `${100 + i}`))
  await writeFile(path, lines.map(line => `${line}\n`).join(''))
  await followed.look()
  followed.ackAll()
  await appendFile(path, 'no line of pino\n')
  await copyFile(path, `${path}.1`)
  await truncate(path)
  t.deepEqual(eventsOf(await followed.look()), [['no line of pino', 'pino']])
  t.is(followed.source.status().copies, 1)
})

test('after a kill the same records are sent with the same format, whatever the settings and the formats are by then', async t => {
  const { dir, path, state, followed } = await start(t)
  await writeFile(path, 'starting\n')
  const sent = await followed.look()
  await appendFile(path, `${ERROR}\n\tselec\n${STATEMENT}\n`)
  sent.push(...(await followed.look()))
  const events = sent.flatMap(batch => batch.runs.map(run => [run.origin.format, toLines({ ...batch, runs: [run] })]))
  t.is(events.length, 2)
  await followed.source.close()
  for (const groups of [[{}], [auto], [{ ...auto, formats: { ...formats, joiningOf: () => undefined } }]]) {
    const next = follow(t, dir, { state: state.afterKill(), groups })
    const again = (await next.look()).filter(({ doubtfulSinceMs }) => doubtfulSinceMs !== undefined)
    const came = again.flatMap(batch => batch.runs.map(run => [run.origin.format, toLines({ ...batch, runs: [run] })]))
    t.deepEqual(came, events)
    await next.source.close()
  }
})

test('a format on record that is not known any more is sent, and joins nothing', async t => {
  const { dir, path, state, followed } = await start(t)
  await writeFile(path, `${ACCESS}\n`)
  await followed.look()
  followed.ackAll()
  await followed.source.close()
  const later = state.copy()
  for (const [key, record] of later.files) later.files.set(key, { ...record, format: 'plain/of a later version' })
  const next = follow(t, dir, { state: later, groups: [auto] })
  await appendFile(path, ' a\n b\n')
  t.deepEqual(eventsOf(await next.look()), [
    [' a', 'of a later version'],
    [' b', 'of a later version'],
  ])
})

test('a file that is followed without the setting sends no format, and has none on record', async t => {
  const { path, state, followed } = await start(t, { groups: [{}] })
  await writeFile(path, `${ACCESS}\n`)
  t.deepEqual(eventsOf(await followed.look()), [[ACCESS, undefined]])
  t.deepEqual(onRecord(state), ['none'])
})
