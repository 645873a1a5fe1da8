import { execFile } from 'node:child_process'
import { rename, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { findBaseNode, type Platform } from './base-node.ts'
import type { Bundle } from './bundle.ts'

const run = promisify(execFile)

/** The arguments of bin/forwarder: little memory is used, and no signal opens a debugger's port. */
export const nodeArguments = [
  '--disable-warning=ExperimentalWarning',
  '--disable-sigusr1',
  '--max-semi-space-size=2',
  '--max-old-space-size=1024',
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
  const assets = Object.fromEntries(Object.entries(bundle.assets).map(([name, path]) => [name, local(path)]))
  const part = `${output}.part`
  const config = {
    main: local(bundle.main),
    mainFormat: 'commonjs',
    executable: await findBaseNode(platform),
    output: part,
    disableExperimentalSEAWarning: true,
    // Compiled code is for the machine that made it; another one would refuse it with a warning.
    useCodeCache: platform === `linux-${process.arch}`,
    execArgv: nodeArguments,
    execArgvExtension: 'none',
    assets,
  }
  const configPath = join(dir, `${platform}.json`)
  await writeFile(configPath, JSON.stringify(config))
  // --predictable: compiled code is the same in every build. Unlike a seed, the flag is not needed to read the cache.
  await run(builder, ['--predictable', `--build-sea=${local(configPath)}`], { cwd: dir, env: {} })
  await rename(part, output) // complete or absent, even if the former one is running
}
