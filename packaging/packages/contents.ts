// The layout of `make install`, with the directories and conventions of each family of distributions.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from '../bundle.ts'
import { chooseDirectories } from '../directories.ts'
import { type Built, listLayout, type Entry as Place } from '../layout.ts'
import { renderDebianChangelog } from './changelog.ts'
import { renderCopyright } from './copyright.ts'
import type { Entry } from './entry.ts'
import type { Release } from './release.ts'

const common = chooseDirectories({ prefix: '/usr' })
const debian = chooseDirectories({
  prefix: '/usr',
  systemdunitdir: '/lib/systemd/system',
  zshcompletiondir: '/usr/share/zsh/vendor-completions',
})

export async function listForDeb(built: Built, release: Release): Promise<readonly Entry[]> {
  const { docdir } = debian
  // postinst creates the state, since dpkg removes what it unpacks. Every Debian has the licence.
  const isLeftOut = ({ kind, path }: Place) => kind === 'state' || path === join(docdir, 'LICENSE')
  const places = (await listLayout(built, debian)).filter(place => !isLeftOut(place))
  const entries = places.map(toEntry).map(entry => rename(entry, join(docdir, 'CHANGELOG.md'), 'changelog'))
  const papers = [
    paper(join(docdir, 'copyright'), await renderCopyright(await readFile(built.licences, 'utf8'))),
    paper(join(docdir, 'changelog.Debian'), renderDebianChangelog(release)),
    paper('/usr/share/lintian/overrides/forwarder', await readFile(join(root, 'packaging/debian/lintian-overrides'))),
  ]
  return await Promise.all([...entries, ...papers].map(compress))
}

export async function listForRpm(built: Built): Promise<readonly Entry[]> {
  return await Promise.all((await listLayout(built, common)).map(toEntry).map(compress))
}

function paper(path: string, content: string | Buffer): Entry {
  return { path, mode: 0o644, owner: 'root', group: 'root', content: Buffer.from(content), isConfiguration: false }
}

function toEntry(place: Place): Entry {
  const { kind, path, mode, owner, group } = place
  const entry = { path, mode, owner, group, isConfiguration: kind === 'config' }
  if (place.kind === 'directory' || place.kind === 'state') return entry
  const { content } = place
  return { ...entry, content: 'copyOf' in content ? content.copyOf : Buffer.from(content.text) }
}

/** Renames a file to the name that the tools of a family look for. */
function rename(entry: Entry, from: string, name: string): Entry {
  return entry.path === from ? { ...entry, path: join(from, '..', name) } : entry
}

const compressed = /^\/usr\/share\/(?:man\/.*\.\d|doc\/forwarder\/(?:changelog(?:\.Debian)?|THIRD-PARTY-LICENSES))$/u

/** As gzip -9n: without name and time. */
async function compress(entry: Entry): Promise<Entry> {
  const { path, content } = entry
  if (content === undefined || !compressed.test(path)) return entry
  const bytes = typeof content === 'string' ? await readFile(content) : content
  return { ...entry, path: `${path}.gz`, content: gzipSync(bytes, { level: 9 }) }
}
