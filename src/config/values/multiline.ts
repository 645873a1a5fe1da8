/** The ready-made ways to join lines. */
export const MULTILINE_NAMES = [
  'java',
  'python',
  'go',
  'ruby',
  'node',
  'php',
  'indented',
  'timestamp',
  'brackets',
] as const

export const MULTILINE_DEFAULTS = { maxLines: 500, maxBytes: '1MiB', timeout: '5s' } as const
