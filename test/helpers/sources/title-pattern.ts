/** In a title that a page quotes, `…` is any text. */
export function toTitlePattern(title: string): RegExp {
  return new RegExp(
    `^${title
      .split('…')
      .map(part => RegExp.escape(part))
      .join('.*')}$`,
  )
}
