import { execFile } from 'node:child_process'
import { rename, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { findBaseNode, type Platform } from './base-node.ts'
import type { Bundle } from './bundle.ts'

const run = promisify(execFile)

/**
 * The arguments of bin/forwarder: little memory is used, no signal opens a debugger's port, and V8 has its engine that takes
 * linear time.
 */
export const nodeArguments = [
  '--disable-warning=ExperimentalWarning',
  '--disable-sigusr1',
  '--max-semi-space-size=2',
  '--max-old-space-size=1024',
  '--enable-experimental-regexp-engine',
]

export interface Wanted {
  readonly platform: Platform
  readonly output: string
  /** The directory of the bundle, also for intermediate files. */
  readonly dir: string
}

/** Puts the bundle into a copy of the platform's Node. */
export async function makeExecutable(bundle: Bundle, { platform, output, dir }: Wanted): Promise<void> {
  const builder = await findBaseNode('linux-x64')
  // Paths become a part of the executable: they are relative, so that every checkout makes the same one.
  const local = (path: string) => relative(dir, path)
  // Compiled code is for the machine that made it; another one would refuse it.
  const files = { ...bundle.assets, ...(platform === `linux-${process.arch}` && bundle.compiled) }
  const assets = Object.fromEntries(Object.entries(files).map(([name, path]) => [name, local(path)]))
  const part = `${output}.part`
  const config = {
    main: local(bundle.main),
    mainFormat: 'commonjs',
    executable: await findBaseNode(platform),
    output: part,
    disableExperimentalSEAWarning: true,
    execArgv: nodeArguments,
    execArgvExtension: 'none',
    assets,
  }
  const configPath = join(dir, `${platform}.json`)
  await writeFile(configPath, JSON.stringify(config))
  await run(builder, [`--build-sea=${local(configPath)}`], { cwd: dir, env: {} })
  await rename(part, output) // complete or absent, even if the former one is running
}
