// The format of a file as one word, which is on record and in the log: how its lines are wrapped (`cri`, `docker` or
// `plain`), and behind a slash the name of their own format. `plain/nginx`, `cri/nginx`; without a slash that name is not
// known yet, and `cri/plain` has none. `plain` alone: neither, for good.
import type { ContainerFormat } from './container-line.ts'

export const PLAIN = 'plain'

export interface FormatParts {
  /** Undefined where the lines are not those of a container runtime. */
  readonly container: ContainerFormat | undefined
  /** Of the lines themselves; undefined where they have none with a name. */
  readonly name: string | undefined
}

export function writeFormat({ container, name = PLAIN }: FormatParts): string {
  if (container === undefined && name === PLAIN) return PLAIN
  return `${container ?? PLAIN}/${name}`
}

export function readFormat(format: string | undefined): FormatParts {
  const [wrapping, name] = format?.split('/', 2) ?? []
  const container = wrapping === 'cri' || wrapping === 'docker' ? wrapping : undefined
  return { container, name: name === PLAIN ? undefined : name }
}

/** More lines can change nothing of it. */
export function isDecided(format: string | undefined): format is string {
  return format === PLAIN || (format?.includes('/') ?? false)
}
