import test, { type ExecutionContext } from 'ava'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ByteAccount } from '../../../src/files/byte-account.ts'
import type { FileLook } from '../../../src/files/look/identity.ts'
import { makeFilesStatus } from '../../../src/files/status.ts'
import type { TrackedFile } from '../../../src/files/tracked-file.ts'
import { TrackedFiles } from '../../../src/files/tracked-files.ts'
import { TRANSITIONS, type State, type TransitionName } from '../../../src/files/whereabouts.ts'
import { addsUp } from '../../helpers/files/byte-account.ts'
import { makeGroup } from '../../helpers/files/followed.ts'
import { MemoryRegistry } from '../../helpers/files/memory-registry.ts'

const src = join(import.meta.dirname, '../../../src/files')
const page = readFile(join(import.meta.dirname, '../../../docs/files.md'), 'utf8')

const group = makeGroup('/logs')
const STATES = ['listed', 'renamed', 'unlisted', 'deleted', 'archived', 'missing', 'truncated', 'ended'] as const
const NAMES = Object.keys(TRANSITIONS) as TransitionName[]

interface World {
  readonly files: TrackedFiles
  readonly account: ByteAccount
  readonly file: TrackedFile
}

const look: FileLook = {
  place: '1:2',
  device: '1',
  inode: '2',
  birthNs: '5',
  size: 100,
  changedNs: 7n,
  linkCount: 1,
  isShrinking: false,
}

const found = { path: '/logs/a.log', look, group }

/** A file of 100 bytes: 20 are acked, 30 in flight, 40 unread, and 10 NULs at its end. */
function makeWorld(): World {
  const account = new ByteAccount()
  const files = new TrackedFiles(new MemoryRegistry(), account, { clock: () => 1000, wallClock: () => 1000 })
  const file = files.begin(found)
  file.see(look, 1000)
  file.reading.take(Buffer.alloc(20, 'a'), 0)
  file.reading.take(Buffer.alloc(30, 'b'), 0)
  file.progress.ack({ start: 0, end: 20 })
  file.progress.text.noteBytes(50, Buffer.concat([Buffer.alloc(40, 'c'), Buffer.alloc(10)]))
  return { files, account, file }
}

const MOVES: Record<TransitionName, (world: World) => void> = {
  list: ({ files, file }) => files.list(file),
  rename: ({ files, file }) => files.rename(file, '/logs/b.log'),
  unlist: ({ files, file }) => files.unlist(file, '/logs/b.old'),
  noteDeleted: ({ files, file }) => files.noteDeleted(file),
  noteMissing: ({ files, file }) => files.noteMissing(file),
  noteTruncated: ({ files, file }) => files.noteTruncated(file, look),
  place: ({ files, file }) => files.place(file, found, { kind: 'listed' }),
  archive: ({ files, file }) => files.archive(file, { path: '/logs/a.log.1.gz', look }),
  end: ({ files, file }) => void files.end(file, 'read', 'deleted'),
}

const WAYS: Record<State, readonly TransitionName[]> = {
  listed: [],
  renamed: ['rename'],
  unlisted: ['unlist'],
  deleted: ['noteDeleted'],
  archived: ['noteMissing', 'archive'],
  missing: ['noteMissing'],
  truncated: ['noteTruncated'],
  ended: ['end'],
}

function makeWorldIn(state: State): World {
  const world = makeWorld()
  for (const name of WAYS[state]) MOVES[name](world)
  return world
}

function countsAddUp(t: ExecutionContext, { files, account }: World): void {
  addsUp(
    t,
    makeFilesStatus(account, files.all(), { openFiles: 0, archivesLeftOut: 0, notFound: 0, polls: 0, lastPollMs: 0 }),
  )
}

const transition = test.macro({
  exec(t, name: TransitionName, state: State) {
    const world = makeWorldIn(state)
    t.is(world.file.whereabouts.kind, state)
    const from: readonly State[] = TRANSITIONS[name].from
    if (from.includes(state)) {
      MOVES[name](world)
      t.is(world.file.whereabouts.kind, TRANSITIONS[name].to[0])
    } else {
      const message = new RegExp(`^a tracked file cannot go from "${state}" to "\\w+" by "${name}"$`)
      t.throws(() => MOVES[name](world), { message })
      t.is(world.file.whereabouts.kind, state)
    }
    countsAddUp(t, world)
    isFoundByPlace(t, world)
    isForgottenWithLastAck(t, world)
  },
  title: (_, name: TransitionName, state: State) => {
    const from: readonly State[] = TRANSITIONS[name].from
    return from.includes(state)
      ? `"${name}" moves a file that is ${state}, and every byte is accounted for`
      : `"${name}" throws for a file that is ${state}, and moves nothing`
  },
})

for (const name of NAMES) for (const state of STATES) test(transition, name, state)

function isFoundByPlace(t: ExecutionContext, { files, file }: World): void {
  const { kind } = file.whereabouts
  const isPlaced = ['listed', 'renamed', 'unlisted', 'deleted', 'archived'].includes(kind)
  t.is(files.at(look.place), isPlaced ? file : undefined)
  t.deepEqual(files.placed(), isPlaced ? [file] : [])
  t.deepEqual(files.missing(), kind === 'missing' ? [file] : [])
  t.deepEqual(files.truncated(), kind === 'truncated' ? [file] : [])
}

/** Its lines that are in flight are still acked, in whatever state it is. */
function isForgottenWithLastAck(t: ExecutionContext, world: World): void {
  const { files, file } = world
  t.is(files.find(file.key), file)
  const range = { key: file.key, start: 20, end: 50 }
  files.commit({ ranges: [range] } as unknown as Parameters<TrackedFiles['commit']>[0])
  countsAddUp(t, world)
  t.is(files.find(file.key), file.whereabouts.kind === 'ended' ? undefined : file)
}

test('a copy is placed in the state of the file that was held back for it, and in no other', t => {
  for (const kind of ['renamed', 'unlisted', 'deleted'] as const) {
    const { files, file } = makeWorldIn('truncated')
    files.place(file, { path: '/logs/a.log.1', look }, { kind, sinceMs: 1 })
    t.deepEqual(file.whereabouts, { kind, sinceMs: 1 })
    t.is(file.listedPath, kind === 'renamed' ? '/logs/a.log.1' : '/logs/a.log')
  }
  const { file } = makeWorldIn('truncated')
  t.throws(() => file.move('place', { kind: 'ended', outcome: 'read' }), {
    message: /from "truncated" to "ended" by "place"/,
  })
})

test('a generation that was compressed keeps its listed name, and is found at the place of its archive', t => {
  const { files, file } = makeWorldIn('missing')
  const archive = { path: '/logs/a.log.1.gz', look: { ...look, place: '1:3', inode: '3' } }
  files.archive(file, archive)
  t.deepEqual([file.path, file.listedPath], ['/logs/a.log.1.gz', '/logs/a.log'])
  t.is(files.at('1:3'), file)
  t.is(files.at(look.place), undefined)
  t.true(file.hasNoListedName)
})

test('unread bytes of a file that ends are lost with a reason, or count as never seen', t => {
  const lost = makeWorld()
  t.is(lost.files.end(lost.file, 'truncated', 'truncated'), 40)
  t.is(lost.account.lost.truncated, 40)
  t.is(lost.account.outsideLines, 10)
  t.is(lost.account.seen, 100)
  const uncounted = makeWorld()
  t.is(uncounted.files.end(uncounted.file, 'replaced'), 0)
  t.is(uncounted.account.seen, 50)
})

test('a file that no group names is missing until a group names it, and keeps its progress', t => {
  const { files, file } = makeWorld()
  files.unfollow(file)
  t.is(file.whereabouts.kind, 'missing')
  t.false(file.isFollowed)
  files.place(file, found, { kind: 'listed' })
  t.true(file.isFollowed)
  t.is(file.position, 50)
})

test('the table in docs/files.md has all transitions, and no others', async t => {
  const rows = [...(await page).matchAll(/^\| `(\w+)` \| ([\w, ]+) \| ([\w, ]+) \| /gm)]
  const documented = rows.map(([, name, from, to]) => [name, { from: from!.split(', '), to: to!.split(', ') }])
  t.deepEqual(Object.fromEntries(documented), JSON.parse(JSON.stringify(TRANSITIONS)))
})

test('every arrow in the picture of docs/files.md is a transition that the table permits', async t => {
  const placed = ['listed', 'renamed', 'unlisted', 'deleted']
  const arrows = [...(await page).matchAll(/^ +(\w+) --> (\w+): (\w+)$/gm)].filter(([, from]) => from !== 'ended')
  t.true(arrows.length > 10)
  for (const [arrow, from = '', to = '', name = ''] of arrows) {
    const { from: sources, to: targets } = TRANSITIONS[name as TransitionName]
    const isPart = (states: readonly string[], some: string) =>
      (some === 'placed' ? placed : [some]).every(state => states.includes(state))
    t.true(isPart(sources, from) && isPart(targets, to), arrow)
  }
})

test('a tracked file and its parts have no public field that changes', async t => {
  for (const name of ['tracked-file', 'progress', 'reading', 'evidence']) {
    const text = await readFile(join(src, `${name}.ts`), 'utf8')
    const fields = text
      .slice(text.indexOf('\nexport class '))
      .matchAll(/^ {2}(?!readonly |#)\w[\w ]*(?:: [^()\n]+| = .+)$/gm)
    t.deepEqual(
      [...fields].map(([field]) => field),
      [],
      name,
    )
  }
})

test('a state changes by a method of "TrackedFiles", and nowhere else', async t => {
  const movers: string[] = []
  for await (const path of glob('**/*.ts', { cwd: src })) {
    if (/\.move\(/.test(await readFile(join(src, path), 'utf8'))) movers.push(path)
  }
  t.deepEqual(movers, ['tracked-files.ts'])
})
