import type { Output, Terminal } from '../program/command-contract.ts'
import { makePrintable } from '../program/printable-text.ts'
import { writeJson } from '../../pipeline/document/json.ts'
import type { Value } from '../../pipeline/document/value.ts'

export type Colour = 'red' | 'green' | 'yellow' | 'grey' | 'bold'
export type Paint = (colour: Colour, text: string) => string

const CODES: Readonly<Record<Colour, number>> = { red: 31, green: 32, yellow: 33, grey: 90, bold: 1 }
const MAX_VALUE_CHARACTERS = 400

/** In colour if the output is a terminal, and NO_COLOR is not set. */
export function makePaint(output: Output, { environment }: Terminal): Paint {
  const hasColour = output.isTTY === true && !environment['NO_COLOR']
  return (colour, text) => (hasColour ? `\u001B[${CODES[colour]}m${text}\u001B[0m` : text)
}

/** A value of an event, for people. */
export function showValue(value: Value): string {
  const text = makePrintable(writeJson(value))
  return text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS)}…` : text
}
