// The texts here have one character for each byte.

/** An event as our agent writes it; `middle` ends with the quote before the message, `beforeOffset` begins with the one after it. */
const EVENT =
  /^\{"@metadata":\{"_id":"[\w-]+(?<middle>"(?:,"doubtful":\d{1,15})?\},"@timestamp":"[^"\\]*","message":")(?:[^"\\]|\\.)*(?<beforeOffset>".*?"offset":)(?:0|[1-9]\d*)(?<tail>[,}].*)$/s
const DIGIT_0 = 0x30
const DIGIT_9 = 0x39

/** What is around the id, the message and the offset of an event, and mostly the same for the next one. */
export interface AgentEnvelope {
  readonly middle: string
  readonly beforeOffset: string
  readonly tail: string
}

/** The envelope of an event that is known to be JSON. */
export function findEnvelope(text: string): AgentEnvelope | undefined {
  return EVENT.exec(text)?.groups as AgentEnvelope | undefined
}

/** Whether the text, whose id ends at `idEnd`, has this envelope, so that it is JSON with the same members. */
export function hasEnvelope(text: string, idEnd: number, { middle, beforeOffset, tail }: AgentEnvelope): boolean {
  if (!text.startsWith(middle, idEnd) || !text.endsWith(tail)) return false
  const offsetEnd = text.length - tail.length
  const offset = findNumber(text, offsetEnd)
  const [messageStart, messageEnd] = [idEnd + middle.length, offset - beforeOffset.length]
  if (offset === offsetEnd || !text.endsWith(beforeOffset, offset)) return false
  const message = text.slice(messageStart - 1, messageEnd + 1)
  return !mayHaveName(message) && isString(message)
}

/** There is another string that begins with `@`: if it is a key, it may be a second `@metadata`. */
export function mayHaveName(text: string): boolean {
  return text.includes('"@') || text.includes('"\\u0040')
}

/** Where the digits that end at `end` begin; `end` if they are not a number in JSON. */
function findNumber(text: string, end: number): number {
  let at = end
  while (at > 0 && text.charCodeAt(at - 1) >= DIGIT_0 && text.charCodeAt(at - 1) <= DIGIT_9) at--
  return text.charCodeAt(at) === DIGIT_0 && end - at > 1 ? end : at
}

function isString(quoted: string): boolean {
  try {
    JSON.parse(quoted)
    return true
  } catch {
    return false
  }
}
