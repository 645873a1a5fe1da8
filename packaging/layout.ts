// All installed files with their place, mode and owner: the list for `make install` and the packages.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { COMMAND_SET } from '../src/cli/command-set.ts'
import { renderCompletion } from '../src/cli/completion/renderer-by-shell.ts'
import { root } from './bundle.ts'
import { renderPages } from './man/pages.ts'
import { chooseDirectories, type Directories, relocate, relocateUnit } from './directories.ts'

interface Place {
  /** Absolute, as on the machine where forwarder is installed. */
  readonly path: string
  readonly mode: number
  readonly owner: 'root' | 'forwarder'
  readonly group: 'root' | 'forwarder'
}

/** A file of the checkout, or a text. */
export type Content = { readonly copyOf: string } | { readonly text: string }

export type Entry = Place &
  (
    | { readonly kind: 'directory' }
    /** Durable state: created if it is missing, removed only by a purge. */
    | { readonly kind: 'state' }
    | { readonly kind: 'file'; readonly content: Content }
    /** For the operator to edit: never overwritten, and kept when the rest is removed. */
    | { readonly kind: 'config'; readonly content: Content }
  )

/** The results of `make dist`. */
export interface Built {
  readonly binary: string
  readonly licences: string
}

/** In an order in which directories come before their content. */
export async function listLayout(built: Built, dirs: Directories = chooseDirectories()): Promise<Entry[]> {
  return [
    file(join(dirs.bindir, 'forwarder'), { copyOf: built.binary }, 0o755),
    ...(await listConfiguration(dirs)),
    ...(await listUnits(dirs)),
    ...(await listManual(dirs)),
    ...listCompletions(dirs),
    ...(await listDocumentation(built, dirs)),
  ]
}

async function listConfiguration(dirs: Directories): Promise<Entry[]> {
  const etc = join(dirs.sysconfdir, 'forwarder')
  const config = async (name: string): Promise<Entry> => ({
    kind: 'config',
    path: join(etc, name),
    mode: 0o640,
    owner: 'root',
    group: 'forwarder',
    content: await relocated(`config/packaged/${name}`, dirs),
  })
  return [
    directory(etc),
    await config('forwarder.json'),
    await config('collector.json'),
    await config('ca.json'),
    directory(join(etc, 'conf.d')),
    {
      kind: 'state',
      path: join(dirs.localstatedir, 'lib/forwarder'),
      mode: 0o700,
      owner: 'forwarder',
      group: 'forwarder',
    },
  ]
}

async function listUnits(dirs: Directories): Promise<Entry[]> {
  const names = (await readdir(join(root, 'systemd'))).filter(name => /\.(?:service|socket|timer|target)$/u.test(name))
  const units = names.toSorted().map(async name => {
    const text = await readFile(join(root, 'systemd', name), 'utf8')
    return file(join(dirs.systemdunitdir, name), { text: relocateUnit(text, dirs) })
  })
  return [
    ...(await Promise.all(units)),
    file(join(dirs.sysusersdir, 'forwarder.conf'), await relocated('packaging/sysusers.conf', dirs)),
  ]
}

async function listManual(dirs: Directories): Promise<Entry[]> {
  const pages = await renderPages()
  return pages.map(page =>
    file(join(dirs.mandir, `man${page.section}`, page.file), { text: relocate(page.text, dirs) }),
  )
}

function listCompletions({ bashcompletiondir, zshcompletiondir, fishcompletiondir }: Directories): Entry[] {
  return [
    file(join(bashcompletiondir, 'forwarder'), { text: renderCompletion('bash', COMMAND_SET) }),
    file(join(zshcompletiondir, '_forwarder'), { text: renderCompletion('zsh', COMMAND_SET) }),
    file(join(fishcompletiondir, 'forwarder.fish'), { text: renderCompletion('fish', COMMAND_SET) }),
  ]
}

async function listDocumentation({ licences }: Built, { docdir }: Directories): Promise<Entry[]> {
  const pages = (await readdir(join(root, 'docs'))).filter(name => name.endsWith('.md')).toSorted()
  const own = ['LICENSE', 'README.md', 'CHANGELOG.md', ...pages.map(page => `docs/${page}`)]
  return [
    directory(docdir),
    file(join(docdir, 'THIRD-PARTY-LICENSES'), { copyOf: licences }),
    directory(join(docdir, 'docs')),
    ...own.map(path => file(join(docdir, path), { copyOf: join(root, path) })),
  ]
}

async function relocated(path: string, dirs: Directories): Promise<Content> {
  return { text: relocate(await readFile(join(root, path), 'utf8'), dirs) }
}

function directory(path: string): Entry {
  return { kind: 'directory', path, mode: 0o755, owner: 'root', group: 'root' }
}

function file(path: string, content: Content, mode = 0o644): Entry {
  return { kind: 'file', path, mode, owner: 'root', group: 'root', content }
}
