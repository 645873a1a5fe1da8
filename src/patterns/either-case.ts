/** An escape, a part that names a group, a class, or one character. */
const TOKEN =
  /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|c[A-Za-z]|k<[^>]*>|.)|\(\?<[A-Za-z_$][\w$]*>|\[(?:\\.|[^\]\\])*\]|./gsu
const RANGE = /\\.|.-(?!\])(?:\\.|.)|./gsu

/** The same regular expression for letters in either case, without the flag `i`. */
export function writeEitherCase(source: string): string {
  return source.replace(TOKEN, token => (token.startsWith('[') ? openClass(token) : openCharacter(token)))
}

function openCharacter(character: string): string {
  const forms = formsOf(character)
  return forms.length === 1 ? character : `[${forms.join('')}]`
}

function openClass(token: string): string {
  const start = token.startsWith('[^') ? 2 : 1
  const members = token.slice(start, -1).replace(RANGE, member => {
    if (member.startsWith('\\')) return member
    return /^[a-z]-[a-z]$|^[A-Z]-[A-Z]$/.test(member) ? rangeForms(member) : memberForms(member)
  })
  return `${token.slice(0, start)}${members}]`
}

function rangeForms(range: string): string {
  return range.toLowerCase() + range.toUpperCase()
}

function memberForms(member: string): string {
  return member.length > 1 ? member : formsOf(member).join('')
}

/** A letter whose other case is one character as well, in both. */
function formsOf(character: string): readonly string[] {
  if (character.length > 1) return [character]
  const forms = [character.toLowerCase(), character.toUpperCase()].filter(form => form.length === 1)
  return [...new Set([character, ...forms])]
}
