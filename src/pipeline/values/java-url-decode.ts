/** Decodes as Java's `URLDecoder`: a plus sign is a space, bytes that are not UTF-8 become U+FFFD. Throws its messages. */
export function decodeUrlText(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  return text.replaceAll('+', ' ').replaceAll(/(?:%[\s\S]{0,2})+/gu, decodeRun)
}

/** Percent signs that follow each other: together they are the bytes of characters. */
function decodeRun(run: string): string {
  const bytes: number[] = []
  for (let at = 0; at < run.length; at += 3) bytes.push(byteOf(run.slice(at + 1, at + 3)))
  return Buffer.from(bytes).toString()
}

function byteOf(digits: string): number {
  if (digits.length < 2) throw new Error('URLDecoder: Incomplete trailing escape (%) pattern')
  if (/^[0-9A-Fa-f]{2}$/u.test(digits)) return Number.parseInt(digits, 16)
  throw new Error(`URLDecoder: Illegal hex characters in escape (%) pattern - Error at index 0 in: "${digits}"`)
}
