import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { countEmbedded } from '../../../src/stores/embedded/search.ts'
import { kill, startScript } from '../../helpers/process/child-script.ts'
import { event, findIds, never, openFreshStore } from '../../helpers/stores/embedded-stores.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { mountTinyDisk } from '../../helpers/files/tiny-disk.ts'
import { until } from '../../helpers/time/until.ts'

const script = new URL('../../helpers/scripts/fill-store.ts', import.meta.url)

test('events with the verdict stored are in the store after kill -9 at any moment, and a search finds whole batches meanwhile', async t => {
  const path = join(await makeTempDir(t), 'events.db')
  let first = 0
  for (let round = 0; round < 8; round++) {
    const child = startScript(t, script, [path, String(first)])
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    await until(() => said.includes('\n'), 'events are stored')
    t.is(countEmbedded(path).rows % 50, 0, 'a reader sees whole batches only')
    await sleep(Math.random() * 50)
    await kill(child)
    await new Promise(resolve => (child.stdout.readableEnded ? resolve(0) : child.stdout.once('end', resolve)))
    const confirmed = said.split('\n').filter(line => /^\d+ 50$/.test(line))
    const end = Number(confirmed.at(-1)?.split(' ')[0]) + 50
    const { rows, distinctIds } = countEmbedded(path)
    t.true(rows >= end && rows <= end + 50, `round ${round}: ${rows} rows, ${end} answered`)
    t.is(distinctIds, rows)
    t.is((await findIds(path, { text: `"line ${end - 1}"` })).length, 1, 'the index of words has them too')
    first = end
  }
  t.true(first > 400)
})

test('on a full disk events are held with the remedy, and stored once there is room again', async t => {
  const disk = await mountTinyDisk(t, 1024)
  const { store, path } = await openFreshStore(t, { path: join(disk, 'events.db') })
  t.deepEqual(await store.write([event('first', 'x')], never), [{ kind: 'stored' }])
  try {
    for (;;) writeFileSync(join(disk, 'filler'), Buffer.alloc(4096), { flag: 'a' })
  } catch {
    // That is what it is for: the disk is full.
  }
  const events = Array.from({ length: 500 }, (_, i) => event(`${i}`, `line ${i}`))
  const verdicts = await store.write(events, never)
  t.true(verdicts.every(verdict => verdict.kind === 'held'))
  t.like(verdicts[0], { target: path, remedy: 'free space on the disk of the store, or lower its maximum size or age' })
  t.is(countEmbedded(path).rows, 1, 'nothing of it is stored')
  rmSync(join(disk, 'filler'))
  const again = await store.write(events, never)
  t.true(again.every(verdict => verdict.kind === 'stored'))
  t.is(countEmbedded(path).rows, 501)
})
