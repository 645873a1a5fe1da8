import { basename, resolve } from 'node:path'
import picomatch from 'picomatch'

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

export function compileGlobs(pattern: string): readonly Glob[] {
  return expandBraces(resolve(pattern)).map(compileGlob)
}

export function compileExcludes(patterns: readonly string[]): Test {
  const tests = patterns.flatMap(expandBraces).map((pattern): Test => {
    const test = picomatch(pattern.includes('/') ? resolve(pattern) : pattern, { dot: true })
    return pattern.includes('/') ? test : path => test(basename(path))
  })
  return path => tests.some(test => test(path))
}

function compileGlob(pattern: string): Glob {
  const { base, isGlob } = picomatch.scan(pattern)
  const test = picomatch(pattern)
  if (!isGlob) {
    const mayHold = (directory: string) => pattern.startsWith(`${directory}/`)
    return { pattern, base: pattern, isLiteral: true, matches: path => path === pattern, mayHold }
  }
  // A name may hold the very characters of a pattern: `app[1].log` is also itself.
  const matches = (path: string) => path === pattern || test(path)
  return { pattern, base: base === '' ? '/' : base, isLiteral: false, matches, mayHold: compilePrefixes(pattern) }
}

/** A directory has to match as much of the pattern as it is deep; below a `**`, any directory does that is not hidden. */
function compilePrefixes(pattern: string): Test {
  const segments = pattern.split('/')
  const anyDepth = segments.indexOf('**')
  const depth = anyDepth === -1 ? segments.length - 1 : anyDepth
  const prefixes = segments.slice(1, depth).map((_, index) => picomatch(segments.slice(0, index + 2).join('/')))
  const namesHidden = pattern.includes('/.')
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
  for (let start = pattern.indexOf('{'); start !== -1; start = pattern.indexOf('{', start + 1)) {
    const edges = findEdges(pattern, start)
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
