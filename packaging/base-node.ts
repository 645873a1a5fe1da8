// The Node that becomes the executable: the pinned platform package, with the checksum of package-lock.json.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './bundle.ts'
import { readLock } from './lock.ts'

const run = promisify(execFile)

export type Platform = 'linux-x64' | 'linux-arm64'

/** Finds a platform's Node: the installed one, or one that npm fetches once into build/. */
export async function findBaseNode(platform: Platform): Promise<string> {
  const name = `node-${platform}`
  const installed = join(root, 'node_modules', name, 'bin/node')
  if (await exists(installed)) return installed
  const { version, integrity } = (await readLock()).packages[`node_modules/${name}`] ?? {}
  if (version === undefined || integrity === undefined) throw new Error(`package-lock.json has no ${name}`)
  const dir = join(root, 'build', `${name}-${version}`)
  const node = join(dir, 'package/bin/node')
  if (await exists(node)) return node
  await mkdir(dir, { recursive: true })
  await run('npm', ['pack', `${name}@${version}`, '--pack-destination', dir, '--loglevel=error'], { cwd: root })
  const archive = join(dir, `${name}-${version}.tgz`)
  const sum = `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`
  if (sum !== integrity) throw new Error(`${archive} has the sum ${sum}; package-lock.json asks for ${integrity}`)
  await run('tar', ['-xzf', archive, '-C', dir, '--transform', 's|bin/node$|bin/node.part|', 'package/bin/node'])
  await rename(`${node}.part`, node) // complete or absent
  return node
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false, // the caller fetches it
  )
}
