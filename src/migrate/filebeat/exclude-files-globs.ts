const GLOB_SPECIAL = /[*?[\]{}()!+@\\]/u

/**
 * The globs that exclude the same files as a regular expression of `exclude_files`, which may match anywhere in the path.
 * Handles simple expressions such as `\.gz$`, which most are; undefined for one that no glob can express.
 */
export function toExcludeGlobs(expression: string): readonly string[] | undefined {
  const { start, body, end } = /^(?<start>\^?)(?<body>.*?)(?<end>\$?)$/su.exec(expression)?.groups ?? {}
  if (body === undefined || body === '' || body.endsWith('\\')) return undefined
  if (start === '^' && !body.startsWith('/')) return undefined // no path begins like this
  const choices = expandChoice(body)
  const globs = choices.map(toGlob)
  if (globs.some(glob => glob === undefined)) return undefined
  return globs.flatMap(glob => place(glob ?? '', start === '^', end === '$'))
}

/** `\.(gz|zip)` → `\.gz`, `\.zip`. */
function expandChoice(body: string): readonly string[] {
  const { before, choices, after } =
    /^(?<before>[^()|]*)\((?:\?:)?(?<choices>[^()]*)\)(?<after>[^()|]*)$/su.exec(body)?.groups ?? {}
  if (before !== undefined) return (choices ?? '').split('|').map(choice => before + choice + (after ?? ''))
  return [body]
}

function toGlob(body: string): string | undefined {
  let glob = ''
  for (const [token] of body.matchAll(/\\.|\.\*|\.\+|\[0-9\][*+]?|\[\^?[\w-]+\]|./gsu)) {
    const part = toGlobPart(token, body.includes('/'))
    if (part === undefined) return undefined
    glob += part
  }
  return glob
}

function toGlobPart(token: string, isPath: boolean): string | undefined {
  if (token === '.*') return isPath ? '{*,*/**/*}' : '*'
  if (token === '.+') return isPath ? '{?*,?*/**/*}' : '?*'
  if (token === '.') return '?'
  if (token === '\\d') return '[0-9]'
  if (/^\[.*\]$/su.test(token)) return token
  if (token.startsWith('\\'))
    return /^\\[^\w\s]$/u.test(token) && !GLOB_SPECIAL.test(token[1] ?? '') ? token[1] : undefined
  return /[*+?^$|(){}[\]@!]/u.test(token) ? undefined : token
}

/** A glob without a slash is compared with the last part of the path, one with a slash with the whole of it. */
function place(glob: string, isFromStart: boolean, isToEnd: boolean): readonly string[] {
  if (isFromStart) return [glob + (isToEnd ? '' : '*'), ...(isToEnd ? [] : [`${glob}*/**`])]
  if (glob.includes('/')) return isToEnd ? [`/**/*${glob}`] : [`/**/*${glob}*`, `/**/*${glob}*/**`]
  return isToEnd ? [`*${glob}`] : [`*${glob}*`, `/**/*${glob}*/**`]
}
