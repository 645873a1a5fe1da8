import { countOf, formatBytes } from '../flow/format-numbers.ts'
import { judgeAgent } from './agent-metrics.ts'
import type { AgentParts } from './agent-parts.ts'

/** The agent's state in one line: `following 42 files, 0 B behind, connected to 3 of 3 collectors`. */
export function describeAgent(rooms: AgentParts): string {
  const { reasons } = judgeAgent(rooms)
  const parts = [...describeInput(rooms), describeCollectors(rooms)]
  return [parts.join(', '), ...describeLoss(rooms), ...reasons].join('; ')
}

function describeInput({ following, stdin }: AgentParts): string[] {
  const input = stdin === undefined ? [] : ['reading standard input']
  if (following === undefined) return input.length === 0 ? ['following nothing'] : input
  const { files } = following.files.status()
  const there = files.filter(({ state }) => state !== 'deleted')
  const behind = files.reduce((sum, file) => sum + file.behind, 0)
  return [...input, `following ${countOf(there.length, 'file')}`, `${formatBytes(behind)} behind`]
}

function describeCollectors({ publisher, collectors }: AgentParts): string {
  const { links } = publisher.status()
  const connected = new Set(links.filter(({ state }) => state.kind === 'connected').map(({ server }) => server))
  const known = Math.max(collectors.status().directory.servers, connected.size)
  return `connected to ${connected.size} of ${countOf(known, 'collector')}`
}

const LOSSES = {
  none: [],
  resend: ['state was lost: all files are sent again'],
  end: ['state was lost: files are followed from their ends'],
} as const

function describeLoss({ following }: AgentParts): readonly string[] {
  return LOSSES[following?.registry.lostState ?? 'none']
}
