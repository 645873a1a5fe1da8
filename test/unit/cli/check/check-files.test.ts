import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { inspectFiles } from '../../../../src/cli/check/check-files.ts'
import { compress } from '../../../helpers/files/archive-bytes.ts'
import { makeGroup } from '../../../helpers/files/followed.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

for (const [archives, rule] of [
  [false, 'not read ("archives" is not set)'],
  [true, 'read once'],
] as const) {
  test(`compressed files are counted apart, and not taken for odd text, with "archives": ${archives}`, async t => {
    const dir = await makeTempDir(t)
    await writeFile(join(dir, 'a.log'), 'one\n')
    for (const name of ['a.log.1.gz', 'a.log.2.gz']) await writeFile(join(dir, name), compress('one\n', 'gzip'))
    const { summary, findings } = await inspectFiles([makeGroup(dir, { archives })])
    t.deepEqual(summary, [
      ['follows', `${join(dir, '*')}: 1 file, and 2 compressed files (${join(dir, 'a.log.1.gz')}), ${rule}`],
    ])
    t.deepEqual(findings, [])
  })
}
