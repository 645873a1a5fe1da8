export const BASE_NAMES = ['a.log', 'b\xe9.log', 'deep/c.log'] as const

export function nextName(file: string): string {
  const names: readonly string[] = BASE_NAMES
  return names[(names.indexOf(file) + 1) % names.length]!
}
