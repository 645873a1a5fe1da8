import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { makePrivateFile, readBounded, readIfThere, fileSizeBytes } from '../../../src/disk/private-file.ts'
import { giveAway, ownerOf } from '../../helpers/files/owner.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

test('a private file is empty and for its owner only', async t => {
  const path = join(await makeTempDir(t), 'a')
  makePrivateFile(path)
  t.is(statSync(path).mode & 0o777, 0o600)
  t.is(fileSizeBytes(path), 0)
})

test('a private file that root makes belongs to the owner of its directory', async t => {
  const dir = await makeTempDir(t)
  const owner = giveAway(dir)
  makePrivateFile(join(dir, 'a'))
  t.deepEqual(ownerOf(join(dir, 'a')), owner)
})

test('an existing file keeps its content, mode and owner when a private file is requested', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a')
  writeFileSync(path, 'text', { mode: 0o640 })
  const before = statSync(path)
  giveAway(dir)
  makePrivateFile(path)
  t.is(readFileSync(path, 'utf8'), 'text')
  t.like(statSync(path), { mode: before.mode, uid: before.uid, gid: before.gid })
})

test('a private file without a directory to be in is an error with the remedy', async t => {
  const path = join(await makeTempDir(t), 'none', 'a')
  t.throws(() => makePrivateFile(path), { code: 'disk_unusable', message: /cannot be created \(.*\); give the user/ })
})

test('a missing file reads as none and has no size', async t => {
  const path = join(await makeTempDir(t), 'a')
  t.is(readIfThere(path), undefined)
  t.is(await readBounded(path, 10), undefined)
  t.is(fileSizeBytes(path), 0)
})

test('a file of at most the allowed bytes is read', async t => {
  const path = join(await makeTempDir(t), 'a')
  writeFileSync(path, 'x'.repeat(10))
  t.is(await readBounded(path, 10), 'x'.repeat(10))
  t.is(readIfThere(path), 'x'.repeat(10))
})

test('a file of more than the allowed bytes is not read', async t => {
  const path = join(await makeTempDir(t), 'a')
  writeFileSync(path, 'x'.repeat(11))
  await t.throwsAsync(readBounded(path, 10), { message: /has 11 bytes; at most 10 were expected/ })
})
