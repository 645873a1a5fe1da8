import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import {
  type WholeFileOptions,
  removeLeftovers,
  writeWholeFile,
  writeWholeFileSync,
} from '../../../src/disk/whole-file.ts'
import { giveAway, ownerOf } from '../../helpers/files/owner.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

type Write = (path: string, text: string, options?: WholeFileOptions) => Promise<void>

const ways: readonly (readonly [way: string, write: Write])[] = [
  ['without blocking', writeWholeFile],
  ['in one call', async (...file) => writeWholeFileSync(...file)],
]

for (const [way, write] of ways) {
  test(`a file written ${way} is for its owner only, even where it replaces one that all can read`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a')
    await write(path, 'one')
    t.is(statSync(path).mode & 0o777, 0o600)
    chmodSync(path, 0o644)
    await write(path, 'two')
    t.is(statSync(path).mode & 0o777, 0o600)
    t.is(readFileSync(path, 'utf8'), 'two')
    t.deepEqual(readdirSync(dir), ['a'])
  })

  test(`a file written ${way} has the requested mode under any umask`, async t => {
    const path = join(await makeTempDir(t), 'a')
    const before = process.umask(0o077)
    t.teardown(() => process.umask(before))
    await write(path, 'text', { mode: 0o640 })
    t.is(statSync(path).mode & 0o777, 0o640)
  })

  test(`a file that root writes ${way} belongs to the owner of its directory`, async t => {
    const dir = await makeTempDir(t)
    writeFileSync(join(dir, 'replaced'), 'from root')
    const owner = giveAway(dir)
    for (const name of ['new', 'replaced']) {
      await write(join(dir, name), 'text')
      t.deepEqual(ownerOf(join(dir, name)), owner, name)
    }
  })

  test(`a file written ${way} without the right to overwrite leaves the one that exists`, async t => {
    const dir = await makeTempDir(t)
    await write(join(dir, 'a'), 'first', { overwrite: false })
    await t.throwsAsync(write(join(dir, 'a'), 'second', { overwrite: false }), { code: 'disk_exists' })
    t.is(readFileSync(join(dir, 'a'), 'utf8'), 'first')
    t.deepEqual(readdirSync(dir), ['a'])
  })

  test(`a file that cannot be written ${way} leaves nothing, and each try fails with the same sentence`, async t => {
    const dir = await makeTempDir(t)
    mkdirSync(join(dir, 'a'))
    const refuse = () => t.throwsAsync(write(join(dir, 'a'), 'text'), { code: 'disk_unusable' })
    const { message } = await refuse()
    t.regex(message, /\/a cannot be written \(.*\); make room there/)
    t.is((await refuse()).message, message)
    t.deepEqual(readdirSync(dir), ['a'])
  })
}

test('the half file of a killed process is removed, and nothing else', async t => {
  const dir = await makeTempDir(t)
  writeWholeFileSync(join(dir, 'identity.pem'), 'good')
  writeFileSync(join(dir, 'identity.pem.0123456789ab.new'), 'half')
  writeFileSync(join(dir, 'mine.new'), 'kept')
  removeLeftovers(dir)
  t.deepEqual(readdirSync(dir).toSorted(), ['identity.pem', 'mine.new'])
})
