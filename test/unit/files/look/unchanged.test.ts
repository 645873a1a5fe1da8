import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { appendFile, link, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Discoverer } from '../../../../src/files/look/discoverer.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { before } from '../../../helpers/files/file-hooks.ts'
import { makeGroup } from '../../../helpers/files/followed.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

/** To this clock, all changes happened long ago. */
const later = () => Date.now() + 60_000

function countListings(t: ExecutionContext, dir: string): () => number {
  let count = 0
  before(t, ['readdir', dir], () => count++)
  return () => count
}

test('a directory is listed again only once it changed', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'a.log'), 'one\n')
  const listings = countListings(t, dir)
  const discoverer = new Discoverer([makeGroup(dir)], silentLog, later)
  for (let i = 0; i < 3; i++) t.is((await discoverer.scan()).files.length, 1)
  await appendFile(join(dir, 'a.log'), 'two\n')
  t.is((await discoverer.scan()).files[0]?.look.size, 8)
  t.is(listings(), 1)
  await sleep(20) // the clock of a file system moves in steps
  await writeFile(join(dir, 'b.log'), 'one\n')
  t.is((await discoverer.scan()).files.length, 2)
  t.is(listings(), 2)
})

test('a directory that changed less than 3 s ago is listed again: its time may hide another change', async t => {
  const dir = await makeTempDir(t)
  const listings = countListings(t, dir)
  const discoverer = new Discoverer([makeGroup(dir)], silentLog)
  for (let i = 0; i < 3; i++) await discoverer.scan()
  t.is(listings(), 3)
})

test('where nothing changed, a scan makes no new list', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  await writeFile(path, 'one\n')
  const discoverer = new Discoverer([makeGroup(dir)], silentLog, later)
  const { files: first } = await discoverer.scan()
  t.is((await discoverer.scan()).files, first)
  t.is(discoverer.find(path), first[0])
  await appendFile(path, 'two\n')
  const { files: second } = await discoverer.scan()
  t.not(second, first)
  t.is(discoverer.find(path), second[0])
  await rm(path)
  t.deepEqual((await discoverer.scan()).files, [])
  t.is(discoverer.find(path), undefined)
})

test('a directory that was listed under other groups is listed again', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'a.log'), 'one\n')
  const discoverer = new Discoverer([makeGroup(dir, { paths: [join(dir, '*.txt')] })], silentLog, later)
  await discoverer.scan()
  const group = makeGroup(dir)
  discoverer.follow([group])
  t.deepEqual(
    (await discoverer.scan()).files.map(file => file.group),
    [group],
  )
})

const name = fc.constantFrom('a.log', 'b.log', 'sub', 'sub/a.log', 'sub/b.log', 'sub/deep', 'sub/deep/a.log')
const change = fc.oneof(
  fc.record({ kind: fc.constantFrom('write', 'append', 'mkdir', 'remove'), from: name, to: name }),
  fc.record({ kind: fc.constantFrom('rename', 'link', 'symlink'), from: name, to: name }),
)

async function apply(dir: string, { kind, from, to }: { kind: string; from: string; to: string }): Promise<void> {
  const [source, target] = [join(dir, from), join(dir, to)]
  if (kind === 'write') await writeFile(target, 'one\n')
  if (kind === 'append') await appendFile(target, 'two\n')
  if (kind === 'mkdir') await mkdir(target)
  if (kind === 'remove') await rm(target, { recursive: true })
  if (kind === 'rename') await rename(source, target)
  if (kind === 'link') await link(source, target)
  if (kind === 'symlink') await symlink(source, target)
}

test('a scan finds what a first scan finds, whatever happened since the one before it', async t => {
  const run = fc.asyncProperty(fc.array(change, { minLength: 5, maxLength: 12 }), async changes => {
    const dir = await makeTempDir(t)
    const groups = [makeGroup(dir, { paths: [join(dir, 'a.log'), join(dir, '**/*.log')] })]
    const discoverer = new Discoverer(groups, silentLog, later)
    for (const one of changes) {
      await apply(dir, one).catch(() => {}) // not every change is possible
      await sleep(12) // the clock of a file system moves in steps
      t.deepEqual(await discoverer.scan(), await new Discoverer(groups, silentLog, later).scan())
    }
  })
  await fc.assert(run, { numRuns: 25 })
})
