import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../bundle.ts'
import { debName, renderConffiles, renderControl, renderSums } from './deb-control.ts'
import type { Order } from './order.ts'
import { setTimes, stage } from './stage.ts'

const run = promisify(execFile)

/** Makes a package with Debian's dpkg-deb and resolves with its path. */
export async function makeDeb({ release, platform, entries, output, work, compression }: Order): Promise<string> {
  await stage(entries, work)
  const subject = { release, platform, entries, dir: work }
  const control = join(work, 'DEBIAN')
  await mkdir(control)
  await chmod(control, 0o755)
  await writeFile(join(control, 'control'), await renderControl(subject))
  await writeFile(join(control, 'conffiles'), renderConffiles(entries))
  await writeFile(join(control, 'md5sums'), await renderSums(entries, work))
  for (const name of ['control', 'conffiles', 'md5sums']) await chmod(join(control, name), 0o644)
  for (const script of ['postinst', 'prerm', 'postrm']) {
    await copyFile(join(root, 'packaging/debian', script), join(control, script))
    await chmod(join(control, script), 0o755)
  }
  await setTimes(work, release.epoch)
  const path = join(output, debName(release, platform))
  // -z2: -z6 takes three times as long for a tenth less. Every dpkg of Debian and Ubuntu reads xz, but not zstd.
  const level = compression === 'xz' ? ['-z2'] : []
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(release.epoch) }
  await run('dpkg-deb', ['--root-owner-group', `-Z${compression}`, ...level, '--build', work, path], { env })
  await rm(work, { recursive: true })
  return path
}
