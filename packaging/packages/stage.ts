import { chmod, constants, copyFile, lutimes, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Entry } from './entry.ts'

/** Copies entries below an empty `dir` as they are once installed, without owners, which the package sets. */
export async function stage(entries: readonly Entry[], dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir, { recursive: true })
  for (const entry of entries) await stageOne(entry, join(dir, entry.path))
  const paths = new Set(entries.map(({ path }) => path))
  const between = entries.flatMap(({ path }) => parentsOf(path)).filter(path => !paths.has(path))
  for (const path of new Set(['/', ...between])) await chmod(join(dir, path), 0o755) // whatever the umask
}

/** All files get one time, so that two builds are identical. */
export async function setTimes(dir: string, epoch: number): Promise<void> {
  for (const name of await readdir(dir, { recursive: true })) await lutimes(join(dir, name), epoch, epoch)
  await lutimes(dir, epoch, epoch)
}

async function stageOne({ content, mode }: Entry, path: string): Promise<void> {
  await mkdir(content === undefined ? path : dirname(path), { recursive: true })
  if (typeof content === 'string') await copyFile(content, path, constants.COPYFILE_FICLONE)
  else if (content !== undefined) await writeFile(path, content)
  await chmod(path, mode)
}

function parentsOf(path: string): readonly string[] {
  const parent = dirname(path)
  return parent === '/' ? [] : [parent, ...parentsOf(parent)]
}
