import { buildTree } from '../program/command-tree.ts'
import { parts } from '../commands.ts'
import { renderBash } from './bash.ts'
import { renderFish } from './fish.ts'
import { renderZsh } from './zsh.ts'

const RENDERERS = { bash: renderBash, zsh: renderZsh, fish: renderFish } as const

/** The script of a shell, made from the commands that there are. */
export function renderCompletion(shell: keyof typeof RENDERERS): string {
  return RENDERERS[shell](buildTree(parts))
}
