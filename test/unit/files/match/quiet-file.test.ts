import test from 'ava'
import { isQuiet } from '../../../../src/files/match/quiet-file.ts'
import { ByteAccount } from '../../../../src/files/byte-account.ts'
import { makeIdentity, type FileLook } from '../../../../src/files/look/identity.ts'
import { TrackedFile } from '../../../../src/files/tracked-file.ts'
import { makeGroup } from '../../../helpers/files/followed.ts'

const group = makeGroup('/logs')
const path = '/logs/a.log'
const look: FileLook = {
  place: '1:2',
  device: '1',
  inode: '2',
  birthNs: '3',
  size: 8,
  changedNs: 4n,
  linkCount: 1,
  isShrinking: false,
}

function makeSeen(): TrackedFile {
  const place = { path, group, identity: makeIdentity(look), whereabouts: { kind: 'listed' } } as const
  const file = new TrackedFile({ key: 1, marks: [], position: 0, ...place }, new ByteAccount())
  file.see(look, 0)
  return file
}

test('a file that is found just as it was seen last is quiet', t => {
  t.true(isQuiet(makeSeen(), () => ({ path, group, look })))
})

test('another look, even an equal one, is news', t => {
  t.false(isQuiet(makeSeen(), () => ({ path, group, look: { ...look } })))
})

test('a file that is not found by its name is not quiet', t => {
  t.false(isQuiet(makeSeen(), () => undefined))
})

const cases: Readonly<Record<string, (file: TrackedFile) => void>> = {
  'a file in trouble': file => file.noteTrouble('EIO'),
  'a file that no group names': file => file.unfollow(),
  'a file whose next look counts as a change': file => file.forgetLook(),
  'a file with NULs at its end': file => file.progress.text.noteNulsUpTo(8),
  'a file that was read beyond its size': file => file.progress.send(9),
  'a file whose unread bytes count as never seen': file => file.progress.uncountUnread(),
  'a renamed file': file => file.move('rename', { kind: 'renamed', sinceMs: 0 }),
}

for (const [title, change] of Object.entries(cases)) {
  test(`${title} is not quiet`, t => {
    const file = makeSeen()
    change(file)
    t.false(isQuiet(file, () => ({ path, group, look })))
  })
}
