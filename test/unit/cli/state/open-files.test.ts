import { hostname } from 'node:os'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { findOpenFiles } from '../../../../src/cli/state/open-files.ts'
import { lookAt } from '../../../../src/files/look/identity.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const self = {
  kind: 'running',
  pid: process.pid,
  host: hostname(),
  role: 'agent',
  sinceMs: 0,
  isOnThisHost: true,
} as const

test('the open files of a process are found by device and inode, deleted ones too', async t => {
  const path = join(await makeTempDir(t), 'a.log')
  const file = await open(path, 'w')
  t.teardown(() => file.close())
  await file.write('one\n')
  await rm(path)
  const { place } = lookAt(await file.stat({ bigint: true }))
  t.is((await findOpenFiles(self))?.get(place), 4)
})

test('without a running process no file is open', async t => {
  t.is((await findOpenFiles(undefined))?.size, 0)
})

for (const [what, owner] of [
  ['of another host', { ...self, isOnThisHost: false }],
  ['that is hidden or has ended', { ...self, pid: 2 ** 30 }],
  ['that this user may not find out', { kind: 'unknown' }],
] as const) {
  test(`the open files of a process ${what} are unknown, which is different from none`, async t => {
    t.is(await findOpenFiles(owner), undefined)
  })
}
