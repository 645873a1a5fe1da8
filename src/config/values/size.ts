const UNIT_BYTES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}
const SIZE = /^(?<amount>\d+(?:\.\d+)?) ?(?<unit>[kmgt]?i?b)$/iu

export function parseSizeBytes(text: string): number | undefined {
  const groups = SIZE.exec(text)?.groups
  const unit = UNIT_BYTES[groups?.['unit']?.toLowerCase() ?? '']
  return unit === undefined ? undefined : Math.round(Number(groups?.['amount']) * unit)
}

/** Writes it in the largest binary unit that divides it: `10MiB`, `1536B`. */
export function formatSize(bytes: number): string {
  for (const unit of ['TiB', 'GiB', 'MiB', 'KiB']) {
    const size = UNIT_BYTES[unit.toLowerCase()] ?? 1
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`
  }
  return `${bytes}B`
}
