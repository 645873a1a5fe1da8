import { chmod, copyFile, lstat, mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Content, Entry } from '../layout.ts'

export interface Installed {
  /** Paths without `destdir`. Existing configurations are not among them. */
  readonly made: readonly Entry[]
  /** Existing configurations, which were not changed. */
  readonly kept: readonly string[]
}

/** Installs everything below `destdir`, without owners. May be repeated at any time. */
export async function installEntries(entries: readonly Entry[], destdir: string): Promise<Installed> {
  const made: Entry[] = []
  const kept: string[] = []
  for (const entry of entries) {
    const path = join(destdir, entry.path)
    const isKept = (entry.kind === 'config' || entry.kind === 'state') && (await isThere(path))
    if (isKept && entry.kind === 'config') kept.push(entry.path)
    if (isKept) continue
    await install(entry, path)
    made.push(entry)
  }
  return { made, kept }
}

/** Removes the installed files. Configuration, state and directories with other files stay. */
export async function uninstallEntries(entries: readonly Entry[], destdir: string): Promise<void> {
  const keeping = new Set(entries.filter(({ kind }) => kind === 'config').map(({ path }) => dirname(path)))
  const isKept = (path: string) => [...keeping].some(dir => path === dir || path.startsWith(`${dir}/`))
  for (const { kind, path } of entries) if (kind === 'file') await rm(join(destdir, path), { force: true })
  for (const { kind, path } of entries.toReversed()) {
    if (kind === 'directory' && !isKept(path)) await removeEmpty(join(destdir, path))
  }
}

async function install(entry: Entry, path: string): Promise<void> {
  if (entry.kind === 'directory' || entry.kind === 'state') {
    const isNew = (await mkdir(path, { recursive: true })) !== undefined
    if (isNew) await chmod(path, entry.mode)
    return
  }
  await mkdir(dirname(path), { recursive: true })
  // A running program keeps its file, and a half-written one is never visible.
  const fresh = `${path}.new`
  await rm(fresh, { force: true })
  await write(entry.content, fresh)
  await chmod(fresh, entry.mode)
  await rename(fresh, path)
}

async function write(content: Content, path: string): Promise<void> {
  if ('copyOf' in content) await copyFile(content.copyOf, path)
  else await writeFile(path, content.text, { mode: 0o600 })
}

async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
}

async function removeEmpty(path: string): Promise<void> {
  try {
    await rmdir(path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR'].includes(code)) throw error
  }
}
