import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { LINE_CUT } from '../../../src/flow/line-batch.ts'
import type { TrackedBatch } from '../../../src/registry/contract.ts'
import { addsUp } from '../../helpers/files/byte-account.ts'
import { startContainer } from '../../helpers/files/conmon.ts'
import { follow, toLines } from '../../helpers/files/followed.ts'
import { MemoryState } from '../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

const LONG = 40_000

/** Waits for the file `go`, where the test has to do something first. */
const scriptOf = (dir: string) => `
long() { head -c ${LONG} /dev/zero | tr '\\0' "$1"; echo; }
echo 'first out'; echo 'first err' >&2
long o & long e >&2
wait
echo; printf 'an é in '; sleep 0.1; printf 'two writes\\n'
i=0; while [ $i -lt 300 ]; do echo "out $i"; echo "err $i" >&2; i=$((i+1)); done
touch '${dir}/waiting'
while [ ! -e '${dir}/go' ]; do sleep 0.05; done
i=300; while [ $i -lt 600 ]; do echo "out $i"; echo "err $i" >&2; i=$((i+1)); done
printf 'without an end'
`
const numbered = (stream: string) => Array.from({ length: 600 }, (_, i) => `${stream} ${i}`)
const EXPECTED = {
  stdout: ['first out', 'o'.repeat(LONG), '', 'an é in two writes', ...numbered('out'), 'without an end'],
  stderr: ['first err', 'e'.repeat(LONG), ...numbered('err')],
}

interface Seen {
  readonly id: string
  readonly text: string
  readonly flags: number
  /** Nanoseconds since 1970. */
  readonly time: bigint
  readonly fields: Readonly<Record<string, unknown>>
}

function seenIn(batches: readonly TrackedBatch[]): Seen[] {
  return batches.flatMap(batch =>
    batch.runs.flatMap(run =>
      toLines({ ...batch, runs: [run] }).map(({ id, text, flags, timeMs }, i) => {
        const time = BigInt(timeMs) * 1_000_000n + BigInt(run.nanos?.[i] ?? 0)
        return { id, text, flags, time, fields: run.origin.fields }
      }),
    ),
  )
}

/** In the order of their times, and those of equal times as they came. */
function textsOf(seen: readonly Seen[], stream: string): string[] {
  const own = seen.filter(({ fields }) => fields['stream'] === stream)
  return own.toSorted((one, other) => Number(one.time - other.time)).map(({ text }) => text)
}

/** A container, and the source that follows its log. */
async function start(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  const log = join(dir, 'pods/shop_web-1_0a-1b/nginx/0.log')
  const container = await startContainer(t, log, scriptOf(dir))
  const group = { paths: [join(dir, 'pods/*/*/*.log*')], records: { format: 'auto' } } as const
  const isWaiting = () =>
    access(join(dir, 'waiting')).then(
      () => true,
      () => false,
    )
  return { dir, log, container, group, isWaiting, go: () => writeFile(join(dir, 'go'), '') }
}

test('the lines of a container come as its program wrote them, long ones and both streams, while conmon writes its log, over a rotation and a kill', async t => {
  const startedAt = BigInt(Date.now()) * 1_000_000n
  const { dir, log, container, group, isWaiting, go } = await start(t)
  const state = new MemoryState()
  const first = follow(t, dir, { state, groups: [group] })
  const sent: Seen[] = []
  await until(async () => {
    sent.push(...seenIn(await first.look()))
    return await isWaiting()
  }, 'the container waits')
  sent.push(...seenIn(await first.look()))
  await first.source.close()
  await container.rotate(`${log}.20261129-210000`)
  await go()
  await container.ended
  const next = follow(t, dir, { state: state.afterKill(), groups: [group] })
  const batches = await next.look()
  next.pass(5000)
  batches.push(...(await next.look()))
  const again = seenIn(batches.filter(({ doubtfulSinceMs }) => doubtfulSinceMs !== undefined))
  t.true(again.length > 0)
  const known = new Map(sent.map(one => [one.id, one]))
  for (const one of again) t.deepEqual(one, known.get(one.id))
  const all = [...sent, ...seenIn(batches).filter(({ id }) => !known.has(id))]
  t.deepEqual(textsOf(all, 'stdout'), EXPECTED.stdout)
  t.deepEqual(textsOf(all, 'stderr'), EXPECTED.stderr)
  t.deepEqual(
    all.filter(({ flags }) => flags !== 0).map(({ text, flags }) => [text, flags]),
    [['without an end', LINE_CUT]],
  )
  t.true(all.every(({ time }) => time >= startedAt && time <= BigInt(Date.now()) * 1_000_000n))
  t.true(all.some(({ time }) => time % 1000n !== 0n))
  t.like(all[0]?.fields, { kubernetes: { namespace: 'shop', pod: { name: 'web-1', uid: '0a-1b' } } })
  next.ackAll()
  addsUp(t, next.source.status())
})
