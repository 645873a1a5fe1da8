import manifest from '../../package.json' with { type: 'json' }

/** An address that RFC 2606 reserves: no person gets mail there while the project has no address. */
const PLACEHOLDER = 'The forwarder maintainers <maintainers@forwarder.example.org>'

/** The maintainer of a package: `author` of package.json, if it has one. */
export function chooseMaintainer(author: string | undefined): string {
  if (author === undefined) return PLACEHOLDER
  if (/^[^<>\n]*[^<>\s] <[^<>\s]+@[^<>\s]+>$/u.test(author)) return author
  throw new Error(
    `package.json has the author ${JSON.stringify(author)}; packages name their maintainer as "Name <address>"`,
  )
}

export const maintainer = chooseMaintainer((manifest as { readonly version: string; readonly author?: string }).author)
