/** A place in a configuration file, counted from 1; columns count UTF-16 units, as most editors do. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One mistake or oddity, with its remedy in the message. */
export interface Problem {
  /** Absent if the problem concerns the whole configuration. */
  readonly position?: Position
  readonly message: string
}

const MAX_SHOWN_PROBLEMS = 50

/** `file:line:column`, as compilers write it, which editors and terminals turn into links. */
export function formatPlace({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`
}

export function formatProblem({ position, message }: Problem): string {
  return position === undefined ? message : `${formatPlace(position)}: ${message}`
}

/** In the order of the text; problems without a position come first. */
export function sortProblems(problems: readonly Problem[], files: readonly string[]): Problem[] {
  const rank = ({ position }: Problem) =>
    position === undefined ? [-1, 0, 0] : [files.indexOf(position.file), position.line, position.column]
  return problems.toSorted((left, right) => {
    const [a, b] = [rank(left), rank(right)]
    const differing = a.findIndex((part, index) => part !== b[index])
    return differing === -1 ? 0 : (a[differing] ?? 0) - (b[differing] ?? 0)
  })
}

/** The configuration cannot be used. `problems` has every reason that was found, in the order of the text. */
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
  const lines = problems.slice(0, MAX_SHOWN_PROBLEMS).map(problem => formatProblem(problem))
  const hidden = problems.length - lines.length
  if (hidden > 0) lines.push(`… and ${hidden} more`)
  return lines.join('\n')
}
