// Writes man(7). Text has the inline marks of Markdown: `literal`, *placeholder*, **strong**.

const WIDTH = 78

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': String.raw`\e`,
  "'": String.raw`\(aq`,
  '`': String.raw`\(ga`,
  '^': String.raw`\(ha`,
  '~': String.raw`\(ti`,
}

/** Escapes characters, so that nothing in the text has a meaning for roff. */
export function escapeText(text: string): string {
  const escaped = text.replaceAll(/[\\'`^~]/gu, character => SPECIAL[character] ?? character)
  return escaped.replaceAll(/[^\n -~]/gu, character => {
    const code = character.codePointAt(0) ?? 0
    return String.raw`\[u${code.toString(16).toUpperCase().padStart(4, '0')}]`
  })
}

/** Text to be typed literally: each hyphen is a minus, as in options. */
export function escapeLiteral(text: string): string {
  return escapeText(text).replaceAll('-', String.raw`\-`)
}

export function bold(text: string): string {
  return String.raw`\fB${escapeLiteral(text)}\fR`
}

export function italic(text: string): string {
  return String.raw`\fI${escapeLiteral(text)}\fR`
}

/** Literals up to this length stay on one line. */
const UNBROKEN = 30

type Marks = Readonly<Partial<Record<'literal' | 'strong' | 'placeholder' | 'link' | 'plain', string>>>

/** Renders the marks of a text, without folding it. */
export function formatInline(text: string): string {
  const parts = text.matchAll(
    /`(?<literal>[^`]+)`|\*\*(?<strong>[^*]+)\*\*|\*(?<placeholder>[^*\s][^*]*)\*|\[(?<link>[^\]]+)\]\([^)]+\)|(?<plain>[^`*[]+|.)/gsu,
  )
  return [...parts]
    .map(({ groups }) => {
      const { literal, strong, placeholder, link, plain = '' }: Marks = groups ?? {}
      if (literal !== undefined) return keepTogether(bold(literal), literal.length)
      if (strong !== undefined) return bold(strong)
      if (placeholder !== undefined) return italic(placeholder)
      return formatPlain(link ?? plain)
    })
    .join('')
}

/** A word that begins with a hyphen is an option. */
function formatPlain(text: string): string {
  return text
    .split(/(?<=\s)/u)
    .map(word => (/^["(]?-/u.test(word) ? escapeLiteral(word) : escapeText(word)))
    .join('')
}

function keepTogether(text: string, length: number): string {
  return length > UNBROKEN ? text : text.replaceAll(' ', String.raw`\~`)
}

/** Folds a text: each sentence begins a line, lines are not too long, and none is a request to roff. */
export function fold(text: string): string {
  const sentences = text
    .trim()
    .replaceAll(/\s+/gu, ' ')
    .split(/(?<=[a-z)\]R"][.:?!]) (?=[A-Z\\"(])/u)
  return sentences.flatMap(words => foldWords(words)).join('\n')
}

function foldWords(words: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of words.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = ''
    }
    line += line === '' ? word : ` ${word}`
  }
  return [...lines, line].map(text => guard(text))
}

/** A line that begins with a dot or an apostrophe would be a request. */
function guard(line: string): string {
  return /^[.']/u.test(line) ? String.raw`\&${line}` : line
}

export function heading(text: string): string {
  return `.SH ${quoteArgument(text.toUpperCase())}`
}

export function subheading(text: string): string {
  return `.SS ${quoteArgument(text)}`
}

export function paragraph(text: string): string {
  return `.PP\n${fold(formatInline(text))}`
}

/** A tag, which is roff already, and its description in one or more paragraphs. */
export function item(tag: string, ...paragraphs: readonly string[]): string {
  const [first = '', ...others] = paragraphs.map(text => fold(formatInline(text)))
  return [`.TP\n${guard(tag)}\n${first}`, ...others.map(text => `.IP\n${text}`)].join('\n').trimEnd()
}

export function bullet(text: string): string {
  return `.IP \\(bu 2\n${fold(formatInline(text))}`
}

/** Literal lines, indented. */
export function example(lines: readonly string[]): string {
  return ['.PP', '.RS 4', '.EX', ...lines.map(line => guard(escapeLiteral(line)) || String.raw`\&`), '.EE', '.RE'].join(
    '\n',
  )
}

/** Begins the text with a capital and ends it with a full stop. */
export function sentence(text: string): string {
  const begun = /^[a-z]+(?:[\s,:;]|$)/u.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text
  return /[.!?:]$/u.test(begun) ? begun : `${begun}.`
}

/** Within double quotes, a double quote is doubled or written by its name. */
function quoteArgument(text: string): string {
  const roff = formatInline(text).replaceAll('"', String.raw`\(dq`)
  return roff.includes(' ') ? `"${roff}"` : roff
}

export interface PageHead {
  readonly name: string
  readonly section: number
  /** Such as `2026-01-31`; empty if unknown. */
  readonly date: string
  readonly version: string
  readonly manual: string
}

/** A whole page, without hyphenation and ragged, which suits commands best. */
export function page({ name, section, date, version, manual }: PageHead, parts: readonly string[]): string {
  const title = `.TH ${escapeLiteral(name.toUpperCase())} ${section} "${date}" "forwarder ${version}" "${manual}"`
  const head = ['.\\" Made from the sources of forwarder: changes belong there.', title, '.nr HY 0', '.nh', '.ad l']
  // A heading begins a new paragraph.
  return `${[...head, ...parts].join('\n').replaceAll(/^(\.S[HS] .*\n)\.PP\n/gmu, '$1')}\n`
}
