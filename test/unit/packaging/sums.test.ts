import test from 'ava'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { addSums, compareSums, readSums, sumDirectory, writeSums } from '../../../packaging/release/sums.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const sum = (name: string, digit: string) => ({ name, sha256: digit.repeat(64) })

test('the sums cover every file except themselves and their signature, in the format of sha256sum', async t => {
  const dir = await makeTempDir(t)
  for (const name of ['b', 'a c', 'SHA256SUMS.minisig']) await writeFile(join(dir, name), name)
  const sums = await sumDirectory(dir)
  await writeSums(dir, sums)
  t.deepEqual(
    sums.map(({ name }) => name),
    ['a c', 'b'],
  )
  t.deepEqual(await readSums(dir), sums)
  const { stdout } = await promisify(execFile)('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: dir })
  t.is(stdout, 'a c: OK\nb: OK\n')
})

test('new sums are added to a list and replace older ones; other files are not summed', async t => {
  const dir = await makeTempDir(t)
  for (const name of ['a', 'b', 'c', 'of another version']) await writeFile(join(dir, name), name)
  await mkdir(join(dir, 'release-1.2.3'))
  await writeSums(dir, [sum('a', '0'), sum('b', '1')])
  await addSums(dir, [join(dir, 'b'), join(dir, 'c')])
  t.deepEqual(await readSums(dir), [
    sum('a', '0'),
    { name: 'b', sha256: sha256('b') },
    { name: 'c', sha256: sha256('c') },
  ])
})

test('comparing sums names each file that differs, is missing, or is not in the list', t => {
  const left = [sum('same', '0'), sum('other', '1'), sum('gone', '2')]
  const right = [sum('same', '0'), sum('other', '3'), sum('more', '4')]
  t.throws(() => compareSums(left, right, 'no'), {
    code: 'RELEASE',
    message: 'no: gone is missing, more is not in the list, other differs',
  })
  t.notThrows(() => compareSums(left, left, 'no'))
})

for (const [law, line] of [
  ['a path', `${'0'.repeat(64)}  ../a`],
  ['a short sum', `${'0'.repeat(63)}  a`],
  ['text', 'hello'],
] as const) {
  test(`${law} in a list of sums is refused`, async t => {
    const dir = await makeTempDir(t)
    await writeFile(join(dir, 'SHA256SUMS'), `${line}\n`)
    await t.throwsAsync(readSums(dir), { code: 'RELEASE', message: /is not the sum of a file/u })
  })
}
