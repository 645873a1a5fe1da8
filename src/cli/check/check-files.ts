import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import type { FileGroupSettings } from '../../config/settings.ts'
import { Discoverer } from '../../files/look/discoverer.ts'
import { toSystemPath } from '../../files/look/file-name.ts'
import { compileGlobs } from '../../files/look/glob.ts'
import { readFully } from '../../files/look/identity.ts'
import { isArchiveName } from '../../files/look/archive-name.ts'
import { openForReading } from '../../files/read/harvester.ts'
import { describeHead } from '../../files/read/odd-text.ts'
import type { Log } from '../../telemetry/log.ts'
import { silentLog } from '../../telemetry/log.ts'
import type { Finding, Inspection, SummaryRow } from './check-result.ts'

const STDIN = '-'
/** Files whose first bytes are looked at, and how many of them. */
const MAX_HEADS = 1000
const HEAD_BYTES = 4096

interface GroupFiles {
  readonly index: number
  readonly group: FileGroupSettings
  readonly paths: readonly string[]
}

/** Reports the files that each entry of `files` matches now, files that two entries match, and unreadable files. */
export async function inspectFiles(groups: readonly FileGroupSettings[]): Promise<Inspection> {
  const findings: Finding[] = []
  const found: GroupFiles[] = []
  for (const [index, group] of groups.entries()) {
    found.push({ index, group, paths: await findPaths(group, `files[${index}]`, findings) })
  }
  findings.push(...findOverlaps(found), ...(await findUnreadable(found)), ...(await findOddText(found)))
  const summary: readonly SummaryRow[] =
    groups.length === 0 ? [['follows', 'nothing yet']] : found.flatMap(entry => describeGroup(entry))
  return { summary, findings }
}

async function findPaths(group: FileGroupSettings, key: string, findings: Finding[]): Promise<readonly string[]> {
  const log: Log = {
    ...silentLog,
    warn: ({ path, reason }) =>
      void findings.push({
        severity: 'warning',
        message: `${key}: ${String(path)} is not followed: ${String(reason)}`,
      }),
  }
  const paths = group.paths.filter(path => path !== STDIN)
  const { files } = await new Discoverer([{ ...group, paths }], log).scan()
  return files.map(({ path }) => path)
}

/** A file belongs to the first entry that matches it. */
function findOverlaps(found: readonly GroupFiles[]): Finding[] {
  const matches = found.flatMap(({ index, paths }) => paths.map(path => [index, path] as const))
  const owners = new Map<string, number>()
  const shared = new Map<string, string[]>()
  for (const [index, path] of matches) {
    const owner = owners.get(path)
    if (owner === undefined) owners.set(path, index)
    else shared.set(`${owner} ${index}`, [...(shared.get(`${owner} ${index}`) ?? []), path])
  }
  return [...shared].map(([pair, paths]) => {
    const [first, second] = pair.split(' ')
    const others = paths.length > 1 ? ` and ${paths.length - 1} more` : ''
    const message = `files[${first}] and files[${second}] both match ${paths[0]}${others}; files[${first}] gets it, with its fields`
    return { severity: 'warning', message }
  })
}

async function findUnreadable(found: readonly GroupFiles[]): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const path of new Set(found.flatMap(({ paths }) => paths))) {
    const isReadable = await access(toSystemPath(path), constants.R_OK).then(
      () => true,
      () => false,
    )
    if (isReadable) continue
    findings.push({
      severity: 'warning',
      message: `this user may not read ${path}; it is followed as soon as reading is allowed`,
    })
  }
  return findings
}

/** Bytes that are not what they are taken for are best known before they are sent. */
async function findOddText(found: readonly GroupFiles[]): Promise<Finding[]> {
  const findings: Finding[] = []
  const all = [...new Set(found.flatMap(({ paths }) => paths))].filter(path => !isArchiveName(path))
  for (const path of all.slice(0, MAX_HEADS)) {
    const reason = describeHead(await readHead(path))
    if (reason !== undefined) findings.push({ severity: 'warning', message: `${path}: ${reason}` })
  }
  return findings
}

/** Empty where it cannot be read: that is a finding of its own. */
async function readHead(path: string): Promise<Buffer> {
  const handle = await openForReading(path).catch(() => undefined)
  if (handle === undefined) return Buffer.alloc(0)
  try {
    return await readFully(handle, 0, HEAD_BYTES)
  } catch {
    return Buffer.alloc(0) // as above
  } finally {
    await handle.close()
  }
}

function describeGroup({ index, group, paths }: GroupFiles): SummaryRow[] {
  const label = index === 0 ? 'follows' : ''
  const globs = group.paths.map(path => (path === STDIN ? 'standard input' : path)).join(', ')
  const isInputOnly = group.paths.every(path => path === STDIN)
  return [[label, isInputOnly ? globs : `${globs}: ${describePaths(group, paths)}${describeUnmatched(group, paths)}`]]
}

/** The patterns that match nothing, where others do. */
function describeUnmatched(group: FileGroupSettings, paths: readonly string[]): string {
  const unmatched = group.paths.filter(pattern => pattern !== STDIN && !matchesAny(pattern, paths))
  return paths.length === 0 || unmatched.length === 0 ? '' : `; nothing matches ${unmatched.join(', ')}`
}

function matchesAny(pattern: string, paths: readonly string[]): boolean {
  const globs = compileGlobs(pattern)
  return paths.some(path => globs.some(glob => glob.matches(path)))
}

/** Compressed files are counted apart. */
function describePaths({ archives: isReading }: FileGroupSettings, paths: readonly string[]): string {
  const archives = paths.filter(isArchiveName)
  const files = describeCount(paths.length - archives.length, 'file')
  if (archives.length === 0) return files
  const rule = isReading ? 'read once' : 'not read ("archives" is not set)'
  return `${files}, and ${describeCount(archives.length, 'compressed file')} (${archives[0]}), ${rule}`
}

function describeCount(count: number, noun: string): string {
  if (count === 0) return `no ${noun} yet`
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`
}
