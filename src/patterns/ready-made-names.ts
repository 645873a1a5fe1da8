/** The ready-made ways to join lines, as a configuration names them. */
export const READY_MADE_NAMES = [
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

export type ReadyMadeName = (typeof READY_MADE_NAMES)[number]
