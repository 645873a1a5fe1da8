import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { makePrivateDirectory } from '../../../src/disk/private-directory.ts'
import { giveAway, ownerOf } from '../../helpers/files/owner.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

test('each directory that is created on the path is for its owner only, under any umask', async t => {
  const parent = await makeTempDir(t)
  const before = process.umask(0o300)
  t.teardown(() => process.umask(before))
  makePrivateDirectory(join(parent, 'deep', 'state'))
  for (const path of ['deep', 'deep/state']) t.is(statSync(join(parent, path)).mode & 0o777, 0o700, path)
})

test('each directory that root makes belongs to the owner of the one in which it is', async t => {
  const parent = await makeTempDir(t)
  const owner = giveAway(parent)
  makePrivateDirectory(join(parent, 'deep', 'state'))
  for (const path of ['deep', 'deep/state']) t.deepEqual(ownerOf(join(parent, path)), owner, path)
})

test('a directory that exists keeps its mode and owner', async t => {
  const parent = await makeTempDir(t)
  makePrivateDirectory(join(parent, 'state'))
  chmodSync(join(parent, 'state'), 0o750)
  const before = ownerOf(join(parent, 'state'))
  giveAway(parent)
  makePrivateDirectory(join(parent, 'state'))
  t.is(statSync(join(parent, 'state')).mode & 0o777, 0o750)
  t.deepEqual(ownerOf(join(parent, 'state')), before)
})

test('a file in the place of the directory is an error with the remedy', async t => {
  const path = join(await makeTempDir(t), 'state')
  writeFileSync(path, '')
  for (const place of [path, join(path, 'deeper')])
    t.throws(() => makePrivateDirectory(place), { code: 'disk_unusable', message: /cannot be created \(.*another dir/ })
})
