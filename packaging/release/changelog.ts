export interface Heading {
  readonly text: string
  /** Absent if the version is not released yet. */
  readonly version?: string
  readonly date?: string
}

/** The changelog's sections, in its order: `## [1.2.3] - 2026-01-31` or `## [Unreleased]`, with or without brackets. */
export function readHeadings(changelog: string): readonly Heading[] {
  return [...changelog.matchAll(/^## (?<text>.*)$/gmu)].map(({ groups }) => {
    const text = (groups?.['text'] ?? '').replace(/^\[(.*?)\]/u, '$1')
    const { version, date } = /^(?<version>\d+\.\d+\.\d+\S*) - (?<date>\d{4}-\d\d-\d\d)$/u.exec(text)?.groups ?? {}
    return { text, ...(version !== undefined && { version }), ...(date !== undefined && { date }) }
  })
}

/** The newest released version. */
export function findNewest(changelog: string): Heading | undefined {
  return readHeadings(changelog).find(({ version }) => version !== undefined)
}
