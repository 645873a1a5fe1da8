import manifest from '../../package.json' with { type: 'json' }

/** Nobody's address, as RFC 2606 reserves them: no stranger gets mail while the project has none. */
const PLACEHOLDER = 'The forwarder maintainers <maintainers@forwarder.example.org>'

/** Whom a package names as its maintainer: `author` of package.json, where it has one. */
export function chooseMaintainer(author: string | undefined): string {
  if (author === undefined) return PLACEHOLDER
  if (/^[^<>\n]*[^<>\s] <[^<>\s]+@[^<>\s]+>$/u.test(author)) return author
  throw new Error(
    `package.json has the author ${JSON.stringify(author)}; packages name their maintainer as "Name <address>"`,
  )
}

export const maintainer = chooseMaintainer((manifest as { readonly version: string; readonly author?: string }).author)
