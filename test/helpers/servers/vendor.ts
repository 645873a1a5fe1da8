import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { patience } from '../time/patience.ts'

const run = promisify(execFile)
const LOCK_LIMIT_MS = 300_000
const TOOL_LIMIT_MS = 600_000
const MAVEN_DEPENDENCY = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1'

/** The directory of fetched servers in the checkout. */
export const vendorDir = join(import.meta.dirname, '../../../vendor')

/**
 * A path under vendor/ that `make` fills, once for all processes: it gets a fresh directory, which gets its name when it is
 * complete. Rejects with a sentence if it cannot be made.
 */
export async function fetchOnce(name: string, make: (dir: string) => Promise<void>): Promise<string> {
  const path = join(vendorDir, name)
  if (existsSync(path)) return path
  await mkdir(dirname(path), { recursive: true })
  const unlock = await lock(`${path}.lock`)
  try {
    if (existsSync(path)) return path
    const half = `${path}.part`
    await rm(half, { recursive: true, force: true })
    await mkdir(half)
    await make(half)
    await rename(half, path)
    return path
  } catch (error) {
    throw new Error(`${name} cannot be fetched: ${tail(error)}`, { cause: error })
  } finally {
    await unlock()
  }
}

/** Unpacks an artifact, e.g. `group:name:1.0:zip`, with the execute bits of its files. */
export async function unpackMaven(artifact: string, dir: string): Promise<void> {
  await maven([`${MAVEN_DEPENDENCY}:unpack`, `-Dartifact=${artifact}`, `-DoutputDirectory=${dir}`], dir)
}

/** The class path of a pom's dependencies. */
export async function resolveClassPath(pom: string, properties: readonly string[], outputFile: string): Promise<void> {
  const goal = `${MAVEN_DEPENDENCY}:build-classpath`
  await maven(['-f', pom, ...properties, goal, `-Dmdep.outputFile=${outputFile}`], dirname(outputFile))
}

export async function runTool(command: string, args: readonly string[], cwd: string): Promise<string> {
  const timeout = patience(TOOL_LIMIT_MS)
  const { stdout } = await run(command, args, { cwd, maxBuffer: 64 * 1024 * 1024, timeout, killSignal: 'SIGKILL' })
  return stdout
}

/** Maven waits half an hour for a server that has stopped sending, three times, unless it is told otherwise. */
const MAVEN_LIMITS = ['-Dmaven.wagon.rto=60000', '-Daether.connector.requestTimeout=60000']

async function maven(args: readonly string[], cwd: string): Promise<void> {
  await runTool('mvn', ['-B', '-ntp', '-q', ...MAVEN_LIMITS, ...args], cwd)
}

/** Only one process makes a directory. The lock of a dead process is taken over. */
async function lock(path: string): Promise<() => Promise<void>> {
  const deadline = Date.now() + patience(LOCK_LIMIT_MS)
  while (!(await tryToLock(path))) {
    if (await isAbandoned(path)) await rm(path, { force: true })
    if (Date.now() > deadline) throw new Error(`${path} is held by another process for too long; remove it`)
    await sleep(200)
  }
  return () => rm(path, { force: true })
}

async function tryToLock(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const pid = Number(await readFile(path, 'utf8').catch(() => ''))
  if (!Number.isInteger(pid) || pid <= 0) return false
  return !existsSync(`/proc/${pid}`) && existsSync('/proc/self')
}

function tail(error: unknown): string {
  const text = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
  return `${error instanceof Error ? error.message : String(error)}\n${text}`.trim().slice(-2000)
}
