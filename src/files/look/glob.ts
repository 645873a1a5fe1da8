import { basename, resolve } from 'node:path'
import picomatch from 'picomatch'
import { fromSystemName, toMatchable } from './file-name.ts'

/** One pattern without braces, ready to walk directories with. */
export interface Glob {
  readonly pattern: string
  /** The directory, or for a pattern without wildcards the file, at which a walk begins. */
  readonly base: string
  readonly isLiteral: boolean
  matches(path: string): boolean
  /** False where nothing under the directory can match. */
  mayHold(directory: string): boolean
}

type Test = (text: string) => boolean

const ESCAPED = /\\[^/]/g
/** Stands for a backslash in a name, since the matcher does not take several of them. */
const BACKSLASH = '\uE05C'

/** As in Go's `filepath.Match`, a backslash takes the meaning from the character behind it. */
export function compileGlobs(pattern: string): readonly Glob[] {
  const path = resolve(pattern)
  const globs = expandBraces(path).flatMap(compileGlob)
  return isAlsoName(path, globs) ? [...globs, makeLiteral(path)] : globs
}

/** A file may have the name `{a,b}.log`. */
function isAlsoName(path: string, globs: readonly Glob[]): boolean {
  return expandBraces(basename(path)).length > 1 && globs.every(glob => glob.isLiteral)
}

export function compileExcludes(patterns: readonly string[]): Test {
  const tests = patterns.flatMap(expandBraces).map((pattern): Test => {
    const test = compileTest(pattern.includes('/') ? resolve(pattern) : pattern, { dot: true })
    return pattern.includes('/') ? test : path => test(basename(path))
  })
  return path => tests.some(test => test(path))
}

function compileGlob(pattern: string): readonly Glob[] {
  const { base, isGlob } = picomatch.scan(pattern.replaceAll(ESCAPED, 'x'))
  // A name may hold the very characters of a pattern: `app[1].log` and `a\b.log` are also themselves.
  const names = new Set([pattern, toPath(pattern)])
  const test = compileTest(pattern) // an unusable pattern throws
  if (!isGlob) return [...names].map(makeLiteral)
  const matches = (path: string) => names.has(path) || test(path)
  const depth = base.replace(/\/$/, '').split('/').length
  const start = toPath(pattern.split('/').slice(0, depth).join('/'))
  const mayHold = compilePrefixes(pattern)
  return [{ pattern, base: start === '' ? '/' : start, isLiteral: false, matches, mayHold }]
}

function makeLiteral(path: string): Glob {
  const mayHold = (directory: string) => path.startsWith(`${directory}/`)
  return { pattern: path, base: path, isLiteral: true, matches: other => other === path, mayHold }
}

/** The path of a pattern without wildcards. */
function toPath(pattern: string): string {
  return fromSystemName(Buffer.from(unescape(pattern)))
}

function unescape(pattern: string): string {
  return pattern.replaceAll(ESCAPED, escaped => escaped.slice(1))
}

function compileTest(pattern: string, options?: picomatch.PicomatchOptions): Test {
  const test = picomatch(pattern.replaceAll('\\\\', BACKSLASH), options)
  return path => test(path.includes('\\') ? toMatchable(path).replaceAll('\\', BACKSLASH) : path)
}

/** A directory has to match as much of the pattern as it is deep; below a `**`, any directory does that is not hidden. */
function compilePrefixes(pattern: string): Test {
  const segments = pattern.split('/')
  const anyDepth = segments.indexOf('**')
  const depth = anyDepth === -1 ? segments.length - 1 : anyDepth
  const prefixes = segments.slice(1, depth).map((_, index) => compileTest(segments.slice(0, index + 2).join('/')))
  const namesHidden = unescape(pattern).includes('/.')
  return directory => {
    const parts = directory.split('/')
    if (parts.length > depth && anyDepth === -1) return false
    if (parts.length > depth && !namesHidden && parts.at(-1)!.startsWith('.')) return false
    const known = Math.min(parts.length, depth)
    return known < 2 || prefixes[known - 2]!(parts.slice(0, known).join('/'))
  }
}

/** `a{b,c{d,e}}` → `ab`, `acd`, `ace`. Braces without a comma, such as `{1..3}`, are left to the matcher. */
export function expandBraces(pattern: string): string[] {
  const open = findChoice(pattern)
  if (open === undefined) return [pattern]
  const { start, end, choices } = open
  return choices.flatMap(choice => expandBraces(pattern.slice(0, start) + choice + pattern.slice(end + 1)))
}

interface Choice {
  readonly start: number
  readonly end: number
  readonly choices: readonly string[]
}

function findChoice(pattern: string): Choice | undefined {
  // As long as the pattern, with nothing that is escaped.
  const bare = pattern.replaceAll(ESCAPED, 'xx')
  for (let start = bare.indexOf('{'); start !== -1; start = bare.indexOf('{', start + 1)) {
    const edges = findEdges(bare, start)
    if (edges === undefined || edges.length === 2) continue
    const choices = edges.slice(1).map((edge, index) => pattern.slice(edges[index]! + 1, edge))
    return { start, end: edges.at(-1)!, choices }
  }
  return undefined
}

/** Where a pair of braces opens, has its commas, and closes. */
function findEdges(pattern: string, start: number): readonly number[] | undefined {
  const edges = [start]
  let depth = 0
  for (let index = start; index < pattern.length; index++) {
    const character = pattern[index]
    if (character === '{') depth++
    if (character === ',' && depth === 1) edges.push(index)
    if (character === '}' && --depth === 0) return [...edges, index]
  }
  return undefined
}
