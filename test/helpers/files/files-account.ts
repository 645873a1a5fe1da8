import type { ByteCounts } from '../../../src/files/contract.ts'

/** What became of all bytes; to be compared with `seen`. */
export function addUp({ seen: _seen, lost, ...rest }: ByteCounts): number {
  return [...Object.values(rest), ...Object.values(lost)].reduce((sum, bytes) => sum + bytes, 0)
}
