import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import test from 'ava'
import { event, findIds, never, openFreshStore } from '../../../helpers/stores/embedded-stores.ts'

const FILES = ['', '-wal', '-shm']

/** Each happens while the store is open, and is undone by hand afterwards. */
const CHANGES = {
  'is removed': {
    change: path => FILES.forEach(suffix => rmSync(path + suffix)),
    undo: path => copyFileSync(`${path}.copy`, path),
  },
  'is renamed': {
    change: path => renameSync(path, `${path}.old`),
    undo: path => renameSync(`${path}.old`, path),
  },
  'is removed without its -wal': {
    change: path => rmSync(path),
    undo: path => copyFileSync(`${path}.copy`, path),
  },
  'is replaced': {
    change: path => copyFileSync(`${path}.copy`, `${path}.new`) ?? renameSync(`${path}.new`, path),
    undo: () => {},
  },
  'loses its -wal': { change: path => rmSync(`${path}-wal`), undo: () => {} },
  'gets another -wal': {
    change: path => writeFileSync(`${path}-wal.new`, '') ?? renameSync(`${path}-wal.new`, `${path}-wal`),
    undo: () => {},
  },
  'loses its -shm': { change: path => rmSync(`${path}-shm`), undo: () => {} },
} satisfies Record<string, { readonly change: (path: string) => void; readonly undo: (path: string) => void }>

for (const [what, { change, undo }] of Object.entries(CHANGES)) {
  test(`when the file of a store ${what}, the next events are held, and stored once that is undone`, async t => {
    const { store, path } = await openFreshStore(t)
    await store.write([event('a', 'one')], never)
    await store.close()
    copyFileSync(path, `${path}.copy`)
    const { store: again } = await openFreshStore(t, { path })
    t.deepEqual(await again.write([event('b', 'two')], never), [{ kind: 'stored' }])

    change(path)
    const [held] = await again.write([event('c', 'three')], never)
    t.like(held, { kind: 'held', target: path })
    t.regex(held?.kind === 'held' ? `${held.reason}; ${held.remedy}` : '', /(removed|replaced) while.*put the file/)

    undo(path)
    const [stored] = await again.write([event('c', 'three')], never)
    t.true(stored?.kind === 'stored' || stored?.kind === 'existed', JSON.stringify(stored))
    t.true((await findIds(path, {})).includes('c'), 'it is in the file that has the name')
    t.true((await findIds(path, {})).includes('a'))
  })
}

test('while the file of a store is missing, its events stay held, and no other file is made', async t => {
  const { store, path } = await openFreshStore(t)
  await store.write([event('a', 'one')], never)
  for (const suffix of FILES) rmSync(path + suffix)
  for (const id of ['b', 'c', 'd']) {
    t.like(await store.write([event(id, 'two')], never), [{ kind: 'held', target: path }])
  }
  t.false(existsSync(path))
})

test("a -wal that was put in the place of the store's own is still there when the store has closed its file", async t => {
  const { store, path } = await openFreshStore(t)
  await store.write([event('a', 'one')], never)
  for (const suffix of FILES) rmSync(path + suffix)
  writeFileSync(`${path}-wal`, 'commits of another database')
  t.like(await store.write([event('b', 'two')], never), [{ kind: 'held' }])
  await store.close()
  t.is(readFileSync(`${path}-wal`, 'utf8'), 'commits of another database')
})
