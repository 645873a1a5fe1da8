// Members that are objects in the Elastic Common Schema, and that other programs write as text.

/** Where the text of such a member belongs: `"host":"web1"` becomes `"host":{"name":"web1"}`. */
export const NAME_OF_TEXT: ReadonlyMap<string, string> = new Map([
  ['host', 'name'],
  ['agent', 'name'],
  ['log', 'original'],
])

/** A longer list is not looked through. */
const MAX_LIST_BYTES = 16 * 1024

/** The value is text, a number or a boolean, or a list of these, and not an object as it should be. */
export function isPlainValue(value: Buffer): boolean {
  const [first] = value
  if (first !== 0x5b) return first !== 0x7b && first !== 0x6e
  if (value.length > MAX_LIST_BYTES) return false
  return hasNoObject(JSON.parse(value.toString()))
}

function hasNoObject(value: unknown): boolean {
  return Array.isArray(value) ? value.every(hasNoObject) : typeof value !== 'object' || value === null
}
