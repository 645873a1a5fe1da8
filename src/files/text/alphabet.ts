import { findUtf8Cut } from '../read/line-splitter.ts'
import {
  CHARACTER_LENGTHS,
  type CharacterLength,
  findCharacter,
  findCharacterBefore,
  findInitialState,
  type Place,
} from '../../encodings/multibyte.ts'

/** The bytes of an encoding, as far as lines are found and cut in them. Positions are those of characters. */
export interface Alphabet {
  readonly unitBytes: 1 | 2
  /** The first terminator at or behind `start`, which is the place of a character; -1 where there is none. */
  readonly find: (bytes: Buffer, terminator: Buffer, start: number) => number
  /** The last place at or before `position` that splits no character; `position` itself in bytes that are none. */
  readonly findCut: (bytes: Buffer, place: Place) => number
  /** A character may begin here; the bytes begin with one. */
  readonly isCharacter: (bytes: Buffer, at: number) => boolean
}

/** Below this a byte is never a part of a longer character. */
const FIRST_TRAIL = 0x30

export function makeAlphabet(encoding: string): Alphabet {
  if (encoding === 'utf-8') return utf8
  if (encoding === 'utf-16le') return makeUtf16((bytes, at) => bytes.readUInt16LE(at))
  if (encoding === 'utf-16be') return makeUtf16((bytes, at) => bytes.readUInt16BE(at))
  if (encoding === 'iso-2022-jp') return iso2022
  const lengthAt = CHARACTER_LENGTHS.get(encoding)
  return lengthAt === undefined ? singleBytes : makeMultibyte(lengthAt)
}

const singleBytes: Alphabet = {
  unitBytes: 1,
  find: (bytes, terminator, start) => bytes.indexOf(terminator, start),
  findCut: (_, { position }) => position,
  isCharacter: () => true,
}

const utf8: Alphabet = { ...singleBytes, findCut: (bytes, { position }) => findUtf8Cut(bytes, position) }

const iso2022: Alphabet = { ...singleBytes, findCut: findInitialState }

function makeMultibyte(lengthAt: CharacterLength): Alphabet {
  return {
    unitBytes: 1,
    find: (bytes, terminator, start) => {
      if (terminator[0]! < FIRST_TRAIL) return bytes.indexOf(terminator, start)
      let at = start
      for (let found = bytes.indexOf(terminator, start); found !== -1; found = bytes.indexOf(terminator, found + 1)) {
        at = findCharacter(bytes, { start: at, position: found }, lengthAt)
        if (at === found) return found
      }
      return -1
    },
    findCut: (bytes, place) => findCharacterBefore(bytes, place, lengthAt),
    isCharacter: (bytes, at) => bytes[at]! < FIRST_TRAIL || isReached(bytes, at, lengthAt),
  }
}

function isReached(bytes: Buffer, position: number, lengthAt: CharacterLength): boolean {
  let start = position
  while (start > 0 && bytes[start - 1]! >= FIRST_TRAIL) start--
  return findCharacter(bytes, { start, position }, lengthAt) === position
}

const UNIT_BYTES = 2

function makeUtf16(unitAt: (bytes: Buffer, at: number) => number): Alphabet {
  const isSurrogate = (bytes: Buffer, at: number, first: number) => (unitAt(bytes, at) & 0xfc00) === first
  return {
    unitBytes: UNIT_BYTES,
    // The bytes of a terminator can also be halves of other units.
    find: (bytes, terminator, start) => {
      let at = bytes.indexOf(terminator, start)
      while (at !== -1 && (at - start) % UNIT_BYTES === 1) at = bytes.indexOf(terminator, at + 1)
      return at
    },
    findCut: (bytes, { position }) => {
      // The last byte of a file can be half of a unit.
      const isPair =
        position + UNIT_BYTES <= bytes.length &&
        isSurrogate(bytes, position, 0xdc00) &&
        isSurrogate(bytes, position - UNIT_BYTES, 0xd800)
      return isPair ? position - UNIT_BYTES : position
    },
    isCharacter: (_, at) => at % UNIT_BYTES === 0,
  }
}
