import type { Settings } from '../../config/settings.ts'
import type { Attempt } from './connect/attempt.ts'

/** Tries what the role would do over the network. Works while the services run, delivers and stores nothing. */
export async function tryConnections(settings: Settings): Promise<Attempt[]> {
  if (settings.role === 'agent') return await (await import('./connect/connect-agent.ts')).connectAgent(settings)
  const { connectAuthority, connectCollector } = await import('./connect/connect-collector.ts')
  return settings.role === 'ca' ? await connectAuthority(settings) : await connectCollector(settings)
}
