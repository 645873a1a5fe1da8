import test from 'ava'
import fs from 'node:fs'
import { lstat, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { lookAt } from '../../../../src/files/look/identity.ts'
import { SiblingIndex } from '../../../../src/files/match/siblings.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

/** By directory: a listing has so many entries more, of which nothing can be known. */
const added = new Map<string, number>()
const other = { name: 'other', isFile: () => false, isDirectory: () => false }

const { promises } = fs as unknown as { promises: Record<'readdir', (...parameters: unknown[]) => Promise<unknown[]>> }
const readdir = promises.readdir.bind(promises)
promises.readdir = async (...parameters) => {
  const entries = await readdir(...parameters)
  return entries.concat(Array.from({ length: added.get(String(parameters[0])) ?? 0 }, () => other))
}
syncBuiltinESMExports()

function createIndex(isForLines: boolean): SiblingIndex {
  const index = new SiblingIndex()
  return isForLines ? index.forLines : index
}

for (const [isForLines, most] of [
  [false, 10_000],
  [true, 200_000],
] as const)
  test(`a file is searched for among up to ${most} entries ${isForLines ? 'if' : 'unless'} it may have unread lines`, async t => {
    const dir = await makeTempDir(t)
    await writeFile(join(dir, 'a.log'), 'one\n')
    const { place } = lookAt(await lstat(join(dir, 'a.log'), { bigint: true }))
    added.set(dir, most - 1)
    t.is((await createIndex(isForLines).find(dir, place))?.path, join(dir, 'a.log'))
    added.set(dir, most)
    t.is(await createIndex(isForLines).find(dir, place), undefined)
  })
