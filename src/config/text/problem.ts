/** A place in a configuration file, counted from 1; columns count UTF-16 units as most editors do. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One thing that is wrong or odd, with its remedy in the message. */
export interface Problem {
  /** Absent where the whole configuration is meant. */
  readonly position?: Position
  readonly message: string
}

const SHOWN_PROBLEMS = 50

/** As compilers write it, and as editors and terminals make links of it: `file:line:column`. */
export function formatPlace({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`
}

/** One line: `file:line:column: message`. */
export function formatProblem({ position, message }: Problem): string {
  return position === undefined ? message : `${formatPlace(position)}: ${message}`
}

/** In the order of the text; what concerns no place comes first. */
export function sortProblems(problems: readonly Problem[], files: readonly string[]): Problem[] {
  const rank = ({ position }: Problem) =>
    position === undefined ? [-1, 0, 0] : [files.indexOf(position.file), position.line, position.column]
  return problems.toSorted((left, right) => {
    const [a, b] = [rank(left), rank(right)]
    const differing = a.findIndex((part, index) => part !== b[index])
    return differing === -1 ? 0 : (a[differing] ?? 0) - (b[differing] ?? 0)
  })
}

/** The configuration can't be used. `problems` has every reason that was found, in the order of the text. */
export class ConfigError extends Error {
  readonly code = 'CONFIG'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(listProblems(problems))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

function listProblems(problems: readonly Problem[]): string {
  const lines = problems.slice(0, SHOWN_PROBLEMS).map(problem => formatProblem(problem))
  const hidden = problems.length - lines.length
  if (hidden > 0) lines.push(`… and ${hidden} more`)
  return lines.join('\n')
}
