/** As long as the longest line that a collector takes by default. */
export const LARGE_BYTES = 16_700_000

/** Documents of one size that cost very different work; each has the word `found` in its message. */
export const LARGE_DOCUMENTS: Readonly<Record<string, (bytes: number) => string>> = {
  'empty objects': bytes => `{"message":"found","a":[${fill('{},', bytes)}0]}`,
  'empty lists': bytes => `{"message":"found","a":[${fill('[],', bytes)}0]}`,
  'nested lists': bytes => `{"message":"found","a":[${fill('[[]],', bytes)}0]}`,
  numbers: bytes => `{"a":[${fill('1,', bytes)}0],"message":"found"}`,
  members: bytes => `{${Array.from({ length: bytes / 14 }, (_, i) => `"k${i}":1`).join()},"message":"found"}`,
  'messages again and again': bytes => `{${fill('"message":"x",', bytes)}"message":"found"}`,
  'one word': bytes => `{"message":"found ${fill('x', bytes)}"}`,
  'short words': bytes => `{"message":"found ${fill('a ', bytes)}"}`,
  'different words': bytes =>
    `{"message":"found ${Array.from({ length: bytes / 5.8 }, (_, i) => i.toString(36)).join(' ')}"}`,
  'escaped letters': bytes => `{"message":"found ${fill(String.raw`\u0061 `, bytes)}"}`,
  'quotes and backslashes': bytes => `{"message":"found ${fill(String.raw`\"\\`, bytes)}"}`,
  'letters of other scripts': bytes => `{"message":"found ${fill('й日 ', bytes / 2)}"}`,
}

function fill(piece: string, bytes: number): string {
  return piece.repeat(Math.floor(bytes / piece.length))
}
