import { PositionMap } from './position-map.ts'
import type { Problem } from './problem.ts'

/** The text of one file as the parser gets it: comment lines blanked, variables replaced. */
export interface SourceText {
  readonly text: string
  readonly map: PositionMap
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

/** The variable with the directory of systemd's LoadCredential=. */
const CREDENTIALS = 'CREDENTIALS_DIRECTORY'

type Environment = Readonly<Record<string, string | undefined>>

const COMMENT_LINE = /^[\t ]*#.*$/gmu
/** `$$`, `$NAME` and `${NAME}`; a dollar sign before anything else is kept, as in logstash-forwarder. */
const DOLLAR = /\$(?:\$|(?<plain>[A-Za-z_]\w*)|\{(?<braced>[A-Za-z_]\w*)\})/gu

/** First comments, then variables, then JSON: the order of logstash-forwarder, so a variable may hold JSON. */
export function prepareText(file: string, content: string, environment: Environment): SourceText {
  const start = content.startsWith('\uFEFF') ? 1 : 0
  const original = content.slice(start)
  const map = new PositionMap(file, original)
  return { ...expand(blankComments(original), map, environment), map }
}

/** A comment line becomes spaces, so that every other character keeps its position. */
function blankComments(text: string): string {
  return text.replaceAll(COMMENT_LINE, line => ' '.repeat(line.length))
}

function expand(text: string, map: PositionMap, environment: Environment): Omit<SourceText, 'map'> {
  const problems: Problem[] = []
  const warnings: Problem[] = []
  let expanded = ''
  let read = 0
  const append = (piece: string, origin: number, variable?: string) => {
    map.add({ at: expanded.length, origin, ...(variable === undefined ? {} : { variable }) })
    expanded += piece
  }
  for (const found of text.matchAll(DOLLAR)) {
    const name = found.groups?.['plain'] ?? found.groups?.['braced']
    append(text.slice(read, found.index), read)
    read = found.index + found[0].length
    const value = name === undefined ? '$' : environment[name]
    const position = map.positionInFile(found.index)
    if (value === undefined && name === CREDENTIALS)
      problems.push({ position, message: missingCredential(text, found.index, read) })
    else if (value === undefined) warnings.push({ position, message: unsetMessage(found[0], name ?? '') })
    append(value ?? '', found.index, name)
  }
  append(text.slice(read), read)
  return { text: expanded, problems, warnings }
}

function unsetMessage(written: string, name: string): string {
  return `the environment has no variable ${name}, so ${written} is replaced by nothing here; set it, or write $$ for a dollar sign`
}

/** Names the setting whose value begins at `start`, and the line of a unit that would provide the file after `end`. */
function missingCredential(text: string, start: number, end: number): string {
  const setting = /"([^"\n]+)"\s*:\s*"$/u.exec(text.slice(0, start))?.[1]
  const file = /^\/([\w.-]+)/u.exec(text.slice(end))?.[1] ?? 'name'
  const line = `LoadCredential=${file}:/etc/forwarder/${file}`
  const subject = setting === undefined ? 'this' : `"${setting}"`
  return `${subject} uses a credential of systemd, but ${CREDENTIALS} is not set: add ${line} to [Service] of the unit; outside the unit, set the variable to a directory with such a file`
}
