// Makes what `make dist` makes, in the directory that the argument names, where it is missing. Run it under a lock.
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeDist } from '../../../packaging/dist.ts'

const [, , dir = ''] = process.argv
if (!existsSync(dir)) {
  const all = dirname(dir)
  await rm(all, { recursive: true, force: true })
  await makeDist(join(all, 'part'), join(all, 'bundle'))
  await rename(join(all, 'part'), dir)
}
