import { execFile } from 'node:child_process'
import { mkdir, readdir, rename, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../../..')
const outputDir = join(root, 'build/go')

/** The source of each program: a module directory and the package in it. */
const programs = {
  'lumber-sink': { module: 'test/fixtures/go', package: './lumber-sink' },
  'tst-lj': { module: 'test/fixtures/go', package: 'github.com/elastic/go-lumber/cmd/tst-lj' },
  'tst-send': { module: 'test/fixtures/go', package: 'github.com/elastic/go-lumber/cmd/tst-send' },
  'fleet-unit': { module: 'test/fixtures/fleet', package: '.' },
  'etcd-3.6': { module: 'test/fixtures/etcd', package: '.' },
  filebeat: { module: 'bench/filebeat', package: '.' },
  loggers: { module: 'test/fixtures/loggers/go', package: '.' },
} as const

export type GoProgram = keyof typeof programs

const built = new Map<GoProgram, Promise<string>>()

/**
 * The path of the program under build/go, built first when it is missing or older than its source.
 * Throws a sentence when there is no Go or the build fails.
 */
export function buildGoProgram(name: GoProgram): Promise<string> {
  const known = built.get(name) ?? build(name)
  built.set(name, known)
  return known
}

async function build(name: GoProgram): Promise<string> {
  const module = join(root, programs[name].module)
  const path = join(outputDir, name)
  if (await isFresh(path, module)) return path
  await mkdir(outputDir, { recursive: true })
  await buildLocked(path, module, programs[name].package)
  return path
}

/** `flock` is let go of by the kernel, however the build ends; the rename makes a half-written program impossible. */
async function buildLocked(path: string, module: string, target: string): Promise<void> {
  const lock = `${path}.lock`
  const fresh = `${path}.${process.pid}`
  const goBuild = ['go', 'build', '-trimpath', '-ldflags', '-s -w', '-o', fresh, target]
  try {
    await run('nice', [...(process.platform === 'linux' ? ['flock', lock] : []), ...goBuild], {
      cwd: module,
      env: goEnvironment(),
      maxBuffer: 1 << 26,
    })
  } catch (cause) {
    const { stderr } = cause as { stderr?: string }
    throw new Error(`building ${target} needs Go 1.19 or newer in the PATH and a reachable module proxy: ${stderr}`, {
      cause,
    })
  }
  await rename(fresh, path)
}

function goEnvironment(): NodeJS.ProcessEnv {
  const path = [process.env['PATH'], '/usr/local/go/bin', '/usr/lib/go/bin'].join(delimiter)
  return { ...process.env, PATH: path, CGO_ENABLED: '0' }
}

/** 26 for Go 1.26; 0 where there is none. From 21 on it fetches a newer one by itself where a module asks for it. */
export async function findGoMinor(): Promise<number> {
  const { stdout } = await run('go', ['env', 'GOVERSION'], { env: goEnvironment() }).catch(() => ({ stdout: '' })) // none
  return Number(/^go1\.(\d+)/.exec(stdout)?.[1] ?? 0)
}

async function buildAll(): Promise<void> {
  for (const name of Object.keys(programs) as GoProgram[]) {
    if (await isFresh(join(outputDir, name), join(root, programs[name].module))) continue
    process.stdout.write(`building ${name} for the tests (once) …\n`)
    await buildGoProgram(name)
  }
}

async function isFresh(path: string, module: string): Promise<boolean> {
  const binary = await stat(path).catch(() => undefined) // not there: to be built
  if (binary === undefined) return false
  const sources = (await readdir(module, { recursive: true })).filter(name => /\.(go|mod|sum)$/.test(name))
  const times = await Promise.all(sources.map(async name => (await stat(join(module, name))).mtimeMs))
  return times.every(timeMs => timeMs <= binary.mtimeMs)
}

// As a program: all of them, so that no test waits for minutes.
if (import.meta.main) await buildAll()
