import type { CommandSet } from '../program/command-contract.ts'
import { buildTree } from '../program/command-facts.ts'
import { renderBash } from './bash.ts'
import { renderFish } from './fish.ts'
import { renderZsh } from './zsh.ts'

const RENDERERS = { bash: renderBash, zsh: renderZsh, fish: renderFish } as const

export type Shell = keyof typeof RENDERERS

export function renderCompletion(shell: Shell, set: CommandSet): string {
  return RENDERERS[shell](buildTree(set))
}
