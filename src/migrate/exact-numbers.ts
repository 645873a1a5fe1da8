export type Plain = Readonly<Record<string, unknown>>

/** Like JSON.parse, but whole numbers too large for JavaScript (inodes have 64 bits) become decimal text. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, reviveExactly) as unknown
}

function reviveExactly(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  return /^\d+$/u.test(context?.source ?? '') ? context?.source : value
}

export function wholeText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value)
  return typeof value === 'string' && /^\d{1,20}$/u.test(value) ? value : undefined
}

export function readOffset(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}
