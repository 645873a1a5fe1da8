// For `make install` and `make uninstall`: node packaging/install.ts install [prefix=/usr/local] [DESTDIR=…] …
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import manifest from '../package.json' with { type: 'json' }
import { root } from './bundle.ts'
import { makeDist } from './dist.ts'
import { describeInstalled, describeRemoved } from './install/advice.ts'
import { InstallError } from './install/error.ts'
import { installEntries, uninstallEntries } from './install/files.ts'
import { type InstallOrder, readOrder } from './install/order.ts'
import { type Built, type Entry, listLayout } from './layout.ts'

const run = promisify(execFile)

async function carryOut(order: InstallOrder): Promise<string> {
  const built = findBuilt(order)
  const entries = await listLayout(built, order.dirs)
  if (order.deed === 'uninstall') {
    await uninstallEntries(entries, order.destdir)
    return describeRemoved(order)
  }
  if (!existsSync(built.binary)) {
    process.stdout.write('building single executables (once) …\n')
    await makeDist(order.dist, join(root, 'build/bundle'))
  }
  const { made, kept } = await installEntries(entries, order.destdir)
  const isGiven = order.destdir === '' && (await giveAway(made))
  return describeInstalled({ order, entries, kept, isGiven })
}

function findBuilt({ dist }: InstallOrder): Built {
  if (process.platform !== 'linux' || (process.arch !== 'x64' && process.arch !== 'arm64'))
    throw new InstallError(
      `there is no executable for ${process.platform}-${process.arch}, only for linux on x64 and arm64`,
    )
  const binary = join(dist, `forwarder-${manifest.version}-linux-${process.arch}`)
  return { binary, licences: join(dist, 'THIRD-PARTY-LICENSES') }
}

/** Sets the owners; true if all files have theirs. Only root can, and only for users that exist. */
async function giveAway(entries: readonly Entry[]): Promise<boolean> {
  const others = entries.filter(({ owner, group }) => owner !== 'root' || group !== 'root')
  const [user, group] = await Promise.all([isKnown('passwd'), isKnown('group')])
  if (process.getuid?.() !== 0 || !user || !group) return others.length === 0
  for (const entry of others) await run('chown', [`${entry.owner}:${entry.group}`, entry.path])
  return true
}

async function isKnown(database: 'passwd' | 'group'): Promise<boolean> {
  return await run('getent', [database, 'forwarder']).then(
    () => true,
    () => false, // getent found no such user
  )
}

try {
  process.umask(0o022)
  process.stdout.write(await carryOut(readOrder(process.argv.slice(2), join(root, 'dist'))))
} catch (error) {
  if (!(error instanceof Error) || !('code' in error)) throw error
  process.stderr.write(`forwarder: ${error.message}\n`)
  process.exitCode = 1
}
