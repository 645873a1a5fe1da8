import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LinkError } from '../../../../src/lumberjack/send/servers/link-error.ts'
import { StallWatch, type StallWatchOptions } from '../../../../src/lumberjack/send/stall-watch.ts'

const LONG_MS = 600_000

function makeWatch(change: Partial<StallWatchOptions> = {}): { watch: StallWatch; errors: LinkError[] } {
  const errors: LinkError[] = []
  const watch = new StallWatch({
    timeoutMs: LONG_MS,
    stallMs: LONG_MS,
    hasOtherProgress: () => false,
    onSilence: error => errors.push(error),
    ...change,
  })
  return { watch, errors }
}

test('the silence of a server is reported once the time limit is over while an ack is due', async t => {
  const { watch, errors } = makeWatch({ timeoutMs: 10 })
  watch.restart(true)
  await sleep(40)
  t.deepEqual(
    errors.map(({ code }) => code),
    ['timeout'],
  )
})

test('the error for silence names the time limit and the setting', async t => {
  const { watch, errors } = makeWatch({ timeoutMs: 10 })
  watch.restart(true)
  await sleep(40)
  t.regex(errors[0]?.message ?? '', /^no ack, not even a keep-alive, came within 10 ms: .*raise `network\.timeout`$/)
})

test('the silence of a server is not reported while no ack is due', async t => {
  const { watch, errors } = makeWatch({ timeoutMs: 10 })
  watch.restart(true)
  watch.restart(false)
  await sleep(40)
  t.deepEqual(errors, [])
})

test('keep-alives without progress are an error once the stall limit is over', t => {
  t.throws(() => makeWatch({ stallMs: 0 }).watch.noteKeepalive(), {
    code: 'stalled',
    message: /nothing but keep-alives/,
  })
  t.notThrows(() => makeWatch().watch.noteKeepalive())
})

test('keep-alives are an error before the stall limit only where another connection makes progress', t => {
  const others: number[] = []
  const hasOtherProgress = (sinceMs: number) => others.push(sinceMs) > 0
  t.notThrows(() => makeWatch({ timeoutMs: 0 }).watch.noteKeepalive())
  const { watch } = makeWatch({ timeoutMs: 0, hasOtherProgress })
  watch.noteProgress(1)
  t.throws(() => watch.noteKeepalive(), { code: 'stalled' })
  t.deepEqual(others, [1], 'progress is looked for from that of this connection on')
})

test('progress of another connection is not held against one that has made progress since', t => {
  let hasOther = true
  const { watch } = makeWatch({ timeoutMs: 2, hasOtherProgress: () => hasOther })
  t.notThrows(() => watch.noteKeepalive(), 'half of the time limit is not over')
  hasOther = false
  watch.noteProgress(performance.now())
  const endMs = performance.now() + 3
  while (performance.now() < endMs);
  t.notThrows(() => watch.noteKeepalive())
})
