import { chmod, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { readIfThere, removeLeftovers, writePrivateFile } from '../../../src/trust/private-file.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

test('what a killed process left half written goes at the next start, and nothing else', async t => {
  const dir = await makeTempDir(t)
  writePrivateFile(join(dir, 'identity.pem'), 'good')
  await writeFile(join(dir, 'identity.pem.0123456789ab.new'), 'half')
  await writeFile(join(dir, 'mine.new'), 'kept')
  await chmod(join(dir, 'mine.new'), 0o400)
  removeLeftovers(dir)
  t.deepEqual((await readdir(dir)).toSorted(), ['identity.pem', 'mine.new'])
  t.is(readIfThere(join(dir, 'identity.pem')), 'good')
})
